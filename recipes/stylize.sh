#!/usr/bin/env bash
# Paints two clips in the style of a rendered painting, with the temporal term and without it; each says how much it flickers.
# Usage: recipes/stylize.sh [FOLDER WITH THE DATA]; about two minutes on two CPU cores.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
out=${OUT:-runs/stylize}
mkdir -p "$out"
python recipes/painting.py "$out/painting.png"
for clip in davis2016val_blackswan davis2016val_dance-twirl; do
    for temporal in 300 0; do
        huecue stylize "$data/clips/eval/$clip.mp4" "$out/painting.png" -o "$out/$clip.$temporal.mp4" --overwrite \
            --range "${RANGE:-0:8}" --iterations "${ITERATIONS:-40}" --temporal "$temporal" --threads "${THREADS:-2}" \
            --vgg "${VGG:-$data/vgg/vgg19-normalised-to-relu3_4.npz}"
    done
done
