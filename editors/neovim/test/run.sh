#!/bin/sh
# The plugin in a real Neovim without a screen. BASILECT names the program.
set -eu
cd "$(dirname "$0")/../../.."
export BASILECT="${BASILECT:-$PWD/target/debug/basilect}"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
XDG_CONFIG_HOME="$home" XDG_DATA_HOME="$home" XDG_STATE_HOME="$home" XDG_CACHE_HOME="$home" \
  nvim --headless --clean -n --cmd 'set runtimepath^=editors/neovim' -S editors/neovim/test/run.lua 2>&1
echo
