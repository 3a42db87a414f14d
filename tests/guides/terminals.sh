#!/usr/bin/env bash
# Terminals with a WebSocket client in each, for the guides that open several. To be sourced after lib.sh. wscat stands
# in for websocat: it takes a line and sends it, and prints what it gets.

: "${work:?lib.sh is to be sourced first}"
declare -A terminal_fds terminal_pids

terminal() { # terminal NAME URL: opens one
    local fd
    rm -f "$work/$1.keys"
    mkfifo "$work/$1.keys"
    wscat -c "$2" <"$work/$1.keys" >"$work/$1.out" 2>&1 &
    terminal_pids[$1]=$!
    pids+=("$!")
    exec {fd}>"$work/$1.keys"
    terminal_fds[$1]=$fd
}

types() { # types NAME LINE: somebody types a line and presses Enter
    printf '%s\n' "$2" >&"${terminal_fds[$1]}"
}

closes() { # closes NAME: and closes the terminal
    local fd=${terminal_fds[$1]}
    exec {fd}>&-
    end "${terminal_pids[$1]}"
}

json_lines() { sed -n 's/^\(> \|< \)*{/{/p' "$work/$1.out"; } # wscat leaves its prompt before some

sees() { # sees CHECK NAME JQ-CONDITION: within 10 s one of the terminal's frames meets it
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        if json_lines "$2" | jq -se "any(.[]; $3)" >/dev/null 2>&1; then
            ok "$1"
            return
        fi
        sleep 0.1
    done
    bad "$1" "no frame with $3 in
$(tail -n 12 "$work/$2.out")"
}

sees_not() { # sees_not CHECK NAME JQ-CONDITION: after an answer to a ping of its own, none of them does
    types "$2" '{"type":"ping"}'
    sees "$1 (and it is there)" "$2" '.type == "pong"'
    equal "$1" "$(json_lines "$2" | jq -s "map(select($3)) | length")" 0
}

prints() { # prints CHECK NAME TEXT: within 10 s the terminal shows it
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        if grep -qF -- "$3" "$work/$2.out"; then
            ok "$1"
            return
        fi
        sleep 0.1
    done
    bad "$1" "no $3 in
$(tail -n 12 "$work/$2.out")"
}

closed_with() { # closed_with CHECK URL CODE [REASON]: the server ends it so after the upgrade (wscat says so to a tty only)
    local said
    said=$(timeout 10 node -e '
        const socket = new (require("ws"))(process.argv[1]);
        socket.on("close", (code, reason) => console.log(`${code} ${reason}`));
        socket.on("error", (error) => console.log(error.message));' "$2" 2>&1)
    if [ -n "${4:-}" ]; then equal "$1" "$said" "$3 $4"; else equal "$1" "${said%% *}" "$3"; fi
}
