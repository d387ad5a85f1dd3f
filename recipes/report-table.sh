#!/usr/bin/env bash
# Remakes the report's table and its figures 3 and 5 on six clips, with grey and huecue's own method beside.
# Usage: recipes/report-table.sh [FOLDER WITH full/weights AND squeezed/weights]
# The networks are those of recipes/report-128.sh if no folder is given. Table, JSON and figures go to OUT.
# Every frame of the transfer takes ITERATIONS looks, some 0.3 s each on one core of a CPU: about a quarter of an hour in
# all. `colorize --method report` takes 60. DEVICE=cuda is much faster.
set -euo pipefail
cd "$(dirname "$0")/.."
networks=${1:-runs/report-128}
data=${DATA:-../shared/data}
out=${OUT:-runs/report-table}
vgg=${VGG:-$data/vgg/vgg19-normalised-to-relu3_4.npz}
if [ -n "${CLIPS:-}" ]; then
    read -r -a clips <<< "$CLIPS"
else
    clips=()
    for name in davis2016val_blackswan davis2016val_camel davis2016val_goat davis2016val_libby \
        imageio_cockatoo vid4_foliage; do
        clips+=("$data/clips/eval/$name.mp4")
    done
fi
mkdir -p "$out/figures"
huecue evaluate "${clips[@]}" --table report \
    --weights "full=$networks/full/weights" --weights "squeezed=$networks/squeezed/weights" --vgg "$vgg" \
    --frames "${FRAMES:-5}" --iterations "${ITERATIONS:-30}" --transfer-size "${TRANSFER_SIZE:-256}" \
    --device "${DEVICE:-cpu}" --engine "${ENGINE:-auto}" --threads "${THREADS:-2}" \
    --json "$out/table.json" --figures "$out/figures" --overwrite | tee "$out/table.md"
