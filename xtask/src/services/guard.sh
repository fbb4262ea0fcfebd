# Runs a service until standard input closes, then stops it and removes its folder.
# Standard input is a pipe from the test run: it closes however that run ends, kill -9 included.
#
#   sh -c "$GUARD" guard FOLDER SIGNAL COMMAND...
folder=$1
signal=$2
shift 2
"$@" </dev/null >"$folder/log" 2>&1 &
echo $! >"$folder/pid"
cat >/dev/null

# The service may have been restarted meanwhile, so its number is read again.
pid=$(cat "$folder/pid")
kill -s "$signal" "$pid" 2>/dev/null
tries=0
while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
kill -9 "$pid" 2>/dev/null
rm -rf "$folder"
