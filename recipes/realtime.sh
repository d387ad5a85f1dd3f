#!/usr/bin/env bash
# Trains the real-time network that ships, in seven runs: from everything, then mostly from films, then what a palette
# means, then what is known before any hint, then mostly from stills with hints; and once more, each by itself from there
# on, what a palette means and what is known before any hint. Some eight hours on two CPU cores, minutes on a GPU.
# Usage: recipes/realtime.sh [FOLDER WITH THE TRAINING DATA]
# A run that is stopped goes on from its last checkpoint when this is started again.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
learn() {
    huecue train realtime \
        "$data/stills/train-00.zip" "$data/stills/train-01.zip" "$data/stills/train-02.zip" \
        "$data/tiny-imagenet@64" "$data/clips/train" \
        --validation "$data/stills/val-00.tar" --check-every 1000 \
        --workers 1 --threads "${THREADS:-1}" --precision "${PRECISION:-bf16-mixed}" "$@"
}
learn --stage all --out runs/realtime-all --steps "${STEPS:-22000}"
learn --stage films --start runs/realtime-all/checkpoint.pt --rate 4e-4 --out runs/realtime-films \
    --steps "${FILM_STEPS:-12000}"
learn --stage palettes --start runs/realtime-films/checkpoint.pt --rate 3e-3 --out runs/realtime-palettes \
    --steps "${PALETTE_STEPS:-4000}"
learn --stage priors --start runs/realtime-palettes/checkpoint.pt --rate 1.5e-3 --out runs/realtime-priors \
    --steps "${PRIOR_STEPS:-5000}"
learn --stage hints --start runs/realtime-priors/checkpoint.pt --rate 4e-4 --out runs/realtime-hints \
    --steps "${HINT_STEPS:-3600}"
python recipes/assemble.py runs/realtime-hints runs/realtime-mean --before runs/realtime-priors
learn --stage palettes --start runs/realtime-mean --rate 3e-3 --out runs/realtime-tones \
    --steps "${TONE_STEPS:-3000}"
learn --stage priors --start runs/realtime-mean --rate 1.5e-3 --out runs/realtime --steps "${LAST_STEPS:-24000}"
python recipes/assemble.py runs/realtime-tones src/huecue/weights/realtime --likeness runs/realtime
