#!/usr/bin/env bash
# Teaches the networks of recipes/report-cifar10.sh photographs of 256 pixels: from 32 by way of 128.
# Usage: recipes/report-256.sh [FOLDER WITH full/checkpoint.pt AND squeezed/checkpoint.pt]
# The budget is what two CPU cores do in half an hour for both; the report trained on a million photographs for 15 rounds:
# STEPS_128 and STEPS_256 with BATCH_128 and BATCH_256 are as many as there is time for. Weights go to OUT.
# A run that is stopped goes on from its last checkpoint when this is started again.
set -euo pipefail
cd "$(dirname "$0")/.."
begin=${1:-runs/report-cifar10}
data=${DATA:-../shared/data}
out=${OUT:-runs/report-256}
learn() {
    huecue train report "$data"/stills/train-*.zip --variant "$1" --side "$2" --batch "$3" --steps "$4" --rate "$5" \
        --start "$6" --out "$7" --check-every "${CHECK_EVERY:-100}" --check-pictures "${CHECK_PICTURES:-8}" \
        --workers 1 --threads "${THREADS:-2}" --precision "${PRECISION:-bf16-mixed}" "${@:8}"
}
for variant in ${VARIANTS:-squeezed full}; do
    learn "$variant" 128 "${BATCH_128:-4}" "${STEPS_128:-600}" "${RATE:-0.0005}" \
        "$begin/$variant/checkpoint.pt" "$out/$variant-128"
    learn "$variant" 256 "${BATCH_256:-2}" "${STEPS_256:-200}" "${RATE_256:-0.0002}" \
        "$out/$variant-128/checkpoint.pt" "$out/$variant" --export "$out/$variant/weights"
done
