#!/usr/bin/env bash
# Runs the vendor's own command, unmodified, against a simulator:
# cli.sh COMMAND BASE PICTURE. Prints one line a check, exits with 1 when one
# fails. Its settings, cache and downloads go into a folder that is removed.
set -uo pipefail
command=$1 base=$2 picture=$3
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_CACHE_HOME=$home/cache WAVESPEED_API_KEY=practice-cli NO_COLOR=1
mkdir -p "$XDG_CONFIG_HOME/wavespeed-nodejs"
printf '{"baseUrl":"%s"}' "$base" >"$XDG_CONFIG_HOME/wavespeed-nodejs/config.json"
cd "$home" || exit 1
failed=0

# check WHAT TEST ARGS...: runs the command and gives what it printed to TEST, a
# JavaScript expression over x, the JSON. What it is worth goes into $value.
check() {
	local what=$1 test=$2
	shift 2
	if node "$command" "$@" >out.txt 2>err.txt && value=$(node -e '
		const x = JSON.parse(require("fs").readFileSync("out.txt", "utf8"));
		const value = ('"$test"');
		if (!value) process.exit(1);
		console.log(value);'); then
		printf 'ok   @wavespeed/cli: %s\n' "$what"
	else
		printf 'FAIL @wavespeed/cli: %s: %s %s\n' "$what" "$(head -c 300 out.txt)" "$(head -c 300 err.txt)"
		failed=1
	fi
}

lite=bytedance/seedance-v1-lite-t2v-480p
check balance 'x.balance > 0' balance --json
check 'models, live' "x.some(m => m.model_id === '$lite' && m.base_price > 0)" models --refresh --json
check 'models of a type' "x.length > 0 && x.every(m => m.type === 'image-to-video')" models --type image-to-video --json
check schema "x.required.includes('prompt') && x.properties.duration.minimum === 2" schema "$lite" --json
check price 'x.unit_price === 0.16 && x.currency' price "$lite" -p 'a lake' -i duration=10 --json
check upload 'x.url' upload "$picture" --json
link=$value
check 'run with a picture' 'x.outputs.length === 1 && x.outputs[0]' \
	run bytedance/seedance-v1-lite-i2v-480p -p waves -i "image=$link" -i duration=2 --json
check 'run and download' 'x.saved.length === 1 && x.saved[0]' \
	run "$lite" -p 'a lake at dusk' -i duration=2 --download ./clip.mp4 --json
if [ "$(head -c 8 clip.mp4 2>/dev/null | tail -c 4)" = ftyp ]; then
	echo 'ok   @wavespeed/cli: the download is a clip'
else
	echo 'FAIL @wavespeed/cli: the download is no clip'
	failed=1
fi
check 'run, with text back' "x.raw.outputs[0].startsWith('A lake.')" \
	run wavespeed-ai/prompt-optimizer -i text='a lake' -i mode=video --sync --json
check history "x.page === 1 && !('total' in x) && x.items.find(i => i.inputs.prompt === 'a lake at dusk').id" history --json
id=$value
check 'history by status' "x.items.length === 3 && x.items.every(i => i.status === 'completed')" history --status completed --json
check 'history by page' 'x.page === 2 && x.items.length === 1' history --page 2 --limit 2 --json
check show "x.id === '$id' && x.status === 'completed' && x.created_at" show "$id" --json
check delete "x.deleted[0] === '$id'" delete "$id" --yes --json
check 'history without it' "x.items.every(i => i.id !== '$id') && x.items.length === 2" history --json
exit $failed
