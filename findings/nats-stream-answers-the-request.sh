#!/usr/bin/env bash
# A NATS request stops working once a stream records its subject.
#
# The guess: a JetStream stream only listens. Requests and replies on its subjects go on as before,
# and the server stores them besides.
# The fact: the server confirms each stored message to the reply subject of that message. In a
# request that is the requester's own inbox, and the confirmation comes before the answer of the
# service. A requester takes the first message and stops listening: it gets
# {"stream":"S", "seq":1} instead of the result, at once and without an error. One command of an
# operator, who adds a stream for "jobs.>", changes what every client of jobs.add reads.
#
# Seen with nats-server 2.9.10 (Debian 12), spoken to in its own protocol, without a client library.
# Source: nats.c issue 776 ("works as expected"); nats.go issue 772.

# shellcheck source=findings/lib.bash
. "$(dirname -- "$0")/lib.bash"

# send FD LINE: sends one line of the protocol.
send() {
    printf '%s\r\n' "$2" >&"$1"
}

# receive FD [WORD]: reads lines until one begins with this word. Sets line.
receive() {
    while IFS= read -r -t 20 -u "$1" line; do
        line=${line%$'\r'}
        case $line in
            "${2-}"*) return 0 ;;
            -ERR*) changed "the server answers $line" ;;
        esac
    done
    changed "the server does not send ${2-a line}"
}

# listen FD SUBJECT: a client that listens to one subject. Returns when the server knows it.
listen() {
    send "$1" 'CONNECT {"verbose":false}'
    send "$1" "SUB $2 1"
    send "$1" PING
    receive "$1" PONG
}

# publish SUBJECT TEXT: asks for an answer in the inbox.
publish() {
    send 4 "PUB $1 inbox ${#2}"
    send 4 "$2"
}

# take: the next message in the inbox. Sets line to its text.
take() {
    receive 4 'MSG inbox'
    receive 4
}

# request: the client asks for 40+2, the service answers 42, and then the client looks.
request() {
    publish jobs.add 40+2
    receive 3 'MSG jobs.add'
    send 3 "PUB inbox 2"
    send 3 42
    take
}

fetch nats-server=2.9.10-1+b3
server=$(find root -type f -name nats-server)
"$server" --version
timeout -k 1 60 "$server" -a 127.0.0.1 -p -1 -js -sd store >server.log 2>&1 &
children+=("$!")
for ((try = 0; try < 400; try++)); do
    ! grep -q 'Server is ready' server.log || break
    sleep 0.05
done
port=$(sed -n 's/.*client connections on 127.0.0.1:\([0-9]*\)$/\1/p' server.log)
[ -n "$port" ] || skip "the server does not start ($(tail -n 1 server.log))"
exec 3<>"/dev/tcp/127.0.0.1/$port" 4<>"/dev/tcp/127.0.0.1/$port"
listen 3 jobs.add
listen 4 inbox

request
echo "request, no stream: $line"
[ "$line" = 42 ] || changed 'a plain request has another answer'
publish "\$JS.API.STREAM.CREATE.S" '{"name":"S","subjects":["jobs.>"],"storage":"memory"}'
take
[[ $line == *'"did_create":true'* ]] || changed "the server makes no stream: $line"
request
echo "same request, jobs.> recorded: $line"
[ "$line" = '{"stream":"S", "seq":1}' ] || changed 'the stream does not answer'
take
echo "the message after that, which a requester does not read: $line"
[ "$line" = 42 ] || changed "the service's answer does not come second"
echo 'as stated: the stream answers first'
