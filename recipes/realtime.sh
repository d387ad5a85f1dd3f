#!/usr/bin/env bash
# Trains the real-time network: about two hours on two CPU cores, minutes on a GPU.
# The weights that ship came from runs of this whose settings changed on the way: docs/log.md, section 4.
# Usage: recipes/realtime.sh [FOLDER WITH THE TRAINING DATA]
# A run that is stopped goes on from its last checkpoint when this is started again.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
steps=${STEPS:-6500}
huecue train realtime \
    "$data/stills/train-00.zip" "$data/stills/train-01.zip" "$data/stills/train-02.zip" \
    "$data/tiny-imagenet@64" "$data/clips/train" \
    --validation "$data/stills/val-00.tar" \
    --out runs/realtime --steps "$steps" --check-every 500 \
    --workers 1 --threads "${THREADS:-1}" \
    --export src/huecue/weights/realtime
