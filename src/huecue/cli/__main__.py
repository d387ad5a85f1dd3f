"""`python -m huecue.cli` is `huecue`."""

import sys

from huecue.cli.main import main

sys.exit(main())
