#!/usr/bin/env bash
# Makes all artifacts of a small run, in seconds, for campaigns to damage and to make again: of pictures and a checkpoint of random
# weights that tests have.
#
#   small-run.sh PROGRAMS FOLDER
set -euo pipefail
programs=$(cd "$1" && pwd)
mkdir -p "$2/pictures"
cd "$(dirname "$0")/.."
fixtures=$PWD/Tests/ImagesTests/Fixtures
checkpoint=$PWD/Tests/CLIPTests/Fixtures/quick_gelu
cd - >/dev/null && cd "$2"

number=0
echo path,label,split >pictures/manifest.csv
for picture in "$fixtures"/*.{jpg,png} "$fixtures"/codecs/*.{tif,webp,gif,bmp}; do
    cp "$picture" pictures/
    if [ $((number % 4)) -eq 0 ]; then part=test; else part=train; fi
    echo "$(basename "$picture"),class $((number % 3)),$part" >>pictures/manifest.csv
    number=$((number + 1))
done
echo '{"class 0": ["stripes", "dots"], "class 1": ["waves"], "class 2": ["noise", "grain"]}' >answers.json

quiet=(--threads 1 -q -o)
"$programs/cap-decode" pictures --shorter-side 40 "${quiet[@]}" images.h5
"$programs/cap-embed" images.h5 --checkpoint "$checkpoint" "${quiet[@]}" features.h5
"$programs/cap-detect" features.h5 "${quiet[@]}" mismatch.h5
"$programs/cap-describe" features.h5 mismatch.h5 --checkpoint "$checkpoint" --all-classes --answers answers.json "${quiet[@]}" descriptions.h5
"$programs/cap-label" features.h5 mismatch.h5 descriptions.h5 --k 3 -q -o labels.h5
"$programs/cap-finetune" images.h5 features.h5 labels.h5 --checkpoint "$checkpoint" --epochs 4 --iters 3 --batch 4 --tau 0.3 \
    "${quiet[@]}" model.h5
"$programs/cap-eval" model.h5 images.h5 features.h5 labels.h5 --checkpoint "$checkpoint" --report report.html "${quiet[@]}" eval.h5
