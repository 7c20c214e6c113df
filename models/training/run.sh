#!/usr/bin/env bash
# From nothing to the models, every step resumable; a step that is done is skipped or goes on where it stopped.
#   bash models/training/run.sh CORPORA WORK [all|wake|voices|synthesise|revoice|align|train|export|acoustic|tune|second_look|guard|calibrate|card|compare]
# CORPORA holds train/ and dev/; WORK takes voices, speech, checkpoints and logs (about 4 GB).
set -euo pipefail
corpora=$(cd "$1" && pwd) work=$(mkdir -p "$2" && cd "$2" && pwd) step=${3:-all}
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3} steps=${STEPS:-6000} halfway=$((${STEPS:-6000} / 2)) cores=${CORES:-2}
common=(--corpora "$corpora" --synth "$work/synth" --cache "$work/cache")
export OMP_NUM_THREADS=1
# Where the processor multiplies bfloat16, training is several times faster in it; HALF=1 or HALF= says so against the processor.
half=${HALF-$(grep -qE 'avx512_bf16|amx_bf16' /proc/cpuinfo && echo 1 || true)}

voices() { [ -f "$work/voices/piper/en_US-joe-medium.onnx" ] || bash "$here/fetch_voices.sh" "$work/voices"; }
workers() { # runs a script once a core, each with its share
  local script=$1 pids=() w
  shift
  for ((w = 0; w < cores; w++)); do
    "$python" "$here/$script.py" "$@" --worker "$w/$cores" >> "$work/$script-$w.log" 2>&1 &
    pids+=($!)
  done
  for w in "${pids[@]}"; do wait "$w"; done
}
synthesise() { # the first so many items of the plan; of single words, which are short, three times as many
  local spoken=(--corpora "$corpora" --voices "$work/voices" --out "$work/synth")
  workers synthesise "${spoken[@]}" --limit "${LIMIT:-9000}"
  workers synthesise "${spoken[@]}" --limit "${WORD_LIMIT:-28000}" --kinds positive accent near auxiliary speech
}
revoice() { workers revoice --synth "$work/synth"; }
align() { [ -f "$work/phones.npz" ] || "$python" "$here/align.py" "${common[@]}" --out "$work/phones.npz" 2>&1 | tee "$work/align.log"; }
train() { # the first half, then the talk that the net comes nearest to falling for, then the rest with it
  local options=("${common[@]}" --phones "$work/phones.npz" --out "$work/run" --steps "$steps" --reuse 3 ${half:+--half} --workers "$((cores > 1 ? cores - 1 : 1))")
  [ -f "$work/hard.json" ] || {
    "$python" "$here/train.py" "${options[@]}" --until "$halfway" 2>&1 | tee -a "$work/train.log"
    "$python" "$here/mine.py" --checkpoint "$work/run/step-$halfway.pt" --corpora "$corpora" --cache "$work/cache" --out "$work/hard.json"
  }
  "$python" "$here/train.py" "${options[@]}" --hard "$work/hard.json" 2>&1 | tee -a "$work/train.log"
}
export_() { # steps of before the hardest talk was mined weigh three times what came after it: that talk takes misses of real clips with it (NOTES.md)
  local run="$work/run/step"
  "$python" "$here/export.py" "${common[@]}" --checkpoint "$run-$((halfway - 500)).pt" "$run-$halfway.pt" "$run-$halfway.pt" "$run-$steps.pt" --out "$root/models/wake"
}
acoustic_net=("${common[@]}" --dilations 1 1 2 2 4 4 4 8 --phone-weight 1 --origin 0 --hard "$work/near.json" --hard-share .35 --check-every 5000 ${half:+--half})
acoustic() { # more sentences; the larger net of second looks and intents: from labels of frames first, then, wider, with a look ahead and by the sequence of phones, beside wake words
  local first=("$work"/run/step-*.pt)
  LIMIT=${ACOUSTIC_LIMIT:-14000} synthesise
  revoice
  [ -f "$work/near.json" ] ||
    "$python" "$here/mine.py" --checkpoint "$(printf '%s\n' "${first[@]}" | sort -V | tail -1)" --score 0 --corpora "$corpora" --cache "$work/cache" --out "$work/near.json"
  # A smaller net learns most of it in a quarter of the time; widened, it goes on.
  "$python" "$here/train.py" "${acoustic_net[@]}" --phones "$work/phones.npz" --out "$work/acoustic-narrow" --channels 288 --bottleneck 96 --dropout .1 --n-wake 5 --n-speech 16 --rate 1e-3 --steps 12000 2>&1 | tee -a "$work/acoustic.log"
  "$python" "$here/align.py" "${common[@]}" --net "$work/acoustic-narrow/last.pt" --out "$work/phones-by-net.npz" 2>&1 | tee -a "$work/align.log"
  [ -f "$work/wide.pt" ] || "$python" "$here/widen.py" --checkpoint "$work/acoustic-narrow/last.pt" --channels 448 --bottleneck 144 --out "$work/wide.pt"
  "$python" "$here/train.py" "${acoustic_net[@]}" --phones "$work/phones-by-net.npz" --out "$work/acoustic" --channels 448 --bottleneck 144 --ahead 1 2 4 --dropout 0 --n-wake 4 --n-speech 16 --reuse 2 \
    --sequence .8 --wake-weight .03 --rate 4e-4 --steps 15000 --init "$work/wide.pt" --threads "$cores" 2>&1 | tee -a "$work/acoustic.log"
  "$python" "$here/export_acoustic.py" --phones "$work/phones-by-net.npz" --checkpoint "$work/acoustic/step-15000.pt" --out "$root/models/acoustic"
  tune
}
tune() { # the acoustic model's decoder, and what its evidence is worth
  local coffee=("$corpora"/dev/coffee_maker.yaml "$corpora"/dev/coffee-dev.jsonl) noise="$corpora/train/noise-train.jsonl"
  node "$root/scripts/tune-decoder.mjs" "$root/models/acoustic" "${coffee[@]}" "$noise" --cache "$work/logits" --write
  "$python" "$here/spoken_names.py" --voices "$work/voices" --out "$work/requests"
  node "$root/dist/cli/main.js" calibrate-intent --model "$root/models/acoustic" --grammar "${coffee[0]}" --manifest "${coffee[1]}" \
    --grammar "$root/replays/portland/messages.yaml" --manifest "$work/requests/requests.jsonl" --slot "contact=$work/requests/contacts.txt" \
    --negatives "$corpora"/dev/{acted,speechocean,telephone}-dev.jsonl "$corpora"/train/{acted,librispeech,misc,speechocean}-train.jsonl \
    --noise "$noise" --snr 15,9 --slot-snr 5 --level -45 --write-manifest
}
second_look() { # the acoustic net's wake words, three quarters of its weights and one of earlier ones, and how both nets decide together, chosen on dev
  local net="$work/acoustic/step-15000.pt"
  "$python" "$here/second_look.py" --corpora "$corpora" --cache "$work/cache" --model "$root/models/wake" --candidates 250 --share .7 --checkpoint "$work/acoustic/step-10000.pt" "$net" "$net" "$net"
}
guard() { # the small models of who speaks and to whom
  held_out_noise
  "$python" "$here/voice.py" --corpora "$corpora" --cache "$work/cache" --out "$root/models/guard"
  node "$root/dist/cli/main.js" calibrate-directedness --speakers "$corpora"/train/{librispeech,speechocean}-train.jsonl --talk "$corpora"/train/{acted,librispeech,misc}-train.jsonl --noise "$corpora/train/noise-train.jsonl" \
    --check-speakers "$corpora/dev/speechocean-dev.jsonl" --check-talk "$corpora"/dev/{acted,telephone,speechocean}-dev.jsonl --check-noise "$work/noise.jsonl" --out "$root/models/guard/directedness.json"
}
dev=("--positives" "$corpora"/dev/wake-{alexa,computer,jarvis}-dev.jsonl "--negatives" "$corpora"/dev/{acted,coffee,speechocean,speech-commands,telephone}-dev.jsonl)
held_out_noise() { [ -f "$work/noise.jsonl" ] || "$python" "$here/check.py" --corpora "$corpora" --cache "$work/cache" --noise-manifest "$work/noise.jsonl"; }
calibrate() {
  held_out_noise
  node "$root/dist/cli/main.js" calibrate --model "$root/models/wake" "${dev[@]}" --noise "$work/noise.jsonl" --snr 10,5,0 --level -45 --codec mulaw --out "$work/calibration.json" --write-manifest
}
card() {
  held_out_noise
  node "$root/dist/cli/main.js" eval --model "$root/models/wake" "${dev[@]}" --noise "$work/noise.jsonl" --snr 10,5,0 --json | tail -1 > "$work/evaluation.json"
  "$python" "$here/card.py" --model "$root/models/wake" --evaluation "$work/evaluation.json"
}
compare() { # alexa beside openWakeWord and microWakeWord; what these two hear is kept in WORK, so only a new model of ours is heard again
  held_out_noise
  [ -d "$work/peers" ] || { "$python" -m venv "$work/peers" && "$work/peers/bin/pip" install -q pymicro-wakeword==2.5.0; }
  node "$root/dist/cli/main.js" compare --words alexa --engine wakeproof "$root/bench/peers/openwakeword.mjs" "$work/peers/bin/python $root/examples/engines/micro_wake_word.py alexa" \
    --positives "$corpora/dev/wake-alexa-dev.jsonl" "${dev[@]:4}" --noise "$work/noise.jsonl" --snr 10,5,0 --partials "$work/partials" --markdown | tee "$work/compare.md"
}

case $step in
  wake) voices; synthesise; revoice; align; train; export_; calibrate; card ;;
  all) voices; synthesise; revoice; align; train; export_; acoustic; second_look; guard; calibrate; card ;;
  export) export_ ;;
  voices | synthesise | revoice | align | train | acoustic | tune | second_look | guard | calibrate | card | compare) "$step" ;;
  *) echo "unknown step $step" >&2; exit 2 ;;
esac
