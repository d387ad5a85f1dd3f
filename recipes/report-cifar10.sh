#!/usr/bin/env bash
# Trains the report's network in its four variants on CIFAR-10 and draws the curves; the same number of rounds for each.
# Usage: recipes/report-cifar10.sh [FOLDER WITH CIFAR-10 AS SHEETS OF 32-PIXEL TILES]
# Without a folder the official archive is fetched. EPOCHS=15 is the report's, minutes on a GPU; on two CPU cores a round
# takes all four about an hour and a quarter. A run that is stopped goes on from its last checkpoint when this is started again.
# VARIANTS="expanded contracted" trains those alone, so that two cores can take two each; the last to end makes the table.
set -euo pipefail
cd "$(dirname "$0")/.."
train=(cifar10) test=(cifar10)
if [ $# -gt 0 ]; then
    train=() test=()
    for sheet in "$1"/train-*.webp; do train+=("$sheet@32"); done
    for sheet in "$1"/test-*.webp; do test+=("$sheet@32"); done
fi
all="squeezed full contracted expanded"
for variant in ${VARIANTS:-$all}; do
    huecue train report "${train[@]}" "${test[@]/#/--validation=}" \
        --variant "$variant" --side 32 --batch "${BATCH:-64}" --rate "${RATE:-search}" --epochs "${EPOCHS:-15}" \
        --check-every "${CHECK_EVERY:-400}" --out "runs/report-cifar10/$variant" \
        --workers 1 --threads "${THREADS:-2}" --precision "${PRECISION:-bf16-mixed}" \
        --export "runs/report-cifar10/$variant/weights"
done
for variant in $all; do
    if [ ! -e "runs/report-cifar10/$variant/exam.csv" ]; then
        echo "No table yet: $variant is not trained."
        exit
    fi
done
python recipes/report-answers.py runs/report-cifar10 runs/report-cifar10/curves.png | tee runs/report-cifar10/table.md
