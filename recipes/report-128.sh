#!/usr/bin/env bash
# Teaches the networks of recipes/report-cifar10.sh, which know pictures of 32 pixels alone, photographs of 128 pixels.
# Usage: recipes/report-128.sh [FOLDER WITH full/checkpoint.pt AND squeezed/checkpoint.pt]
# The budget is what one core of a CPU does in about an hour and a half; the report had a million photographs of 256 pixels
# for 15 rounds, so on a GPU give SIDE=256 and STEPS, BATCH as many as there is time for. Weights go to OUT.
# A run that is stopped goes on from its last checkpoint when this is started again.
set -euo pipefail
cd "$(dirname "$0")/.."
begin=${1:-runs/report-cifar10}
data=${DATA:-../shared/data}
out=${OUT:-runs/report-128}
steps=${STEPS:-600} batch=${BATCH:-4}
learn() {
    huecue train report "$data"/stills/train-*.zip --variant "$1" --side "${SIDE:-128}" --batch "$2" --steps "$3" \
        --rate "$4" --start "$5" --out "$6" --check-every "${CHECK_EVERY:-100}" --check-pictures "${CHECK_PICTURES:-8}" \
        --workers 1 --threads "${THREADS:-1}" --precision "${PRECISION:-bf16-mixed}" "${@:7}"
}
for variant in ${VARIANTS:-squeezed full}; do
    learn "$variant" "$batch" "$steps" 0.0005 "$begin/$variant/checkpoint.pt" "$out/$variant-first"
    learn "$variant" $((2 * batch)) $((steps / 2)) 0.0002 "$out/$variant-first/checkpoint.pt" "$out/$variant" \
        --export "$out/$variant/weights"
done
