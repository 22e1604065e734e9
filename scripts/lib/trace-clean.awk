# trace-clean.awk -- what trace-read.awk and trace-json.awk share.

# All bytes that are not UTF-8, and control characters, become question marks. The
# laboratory keeps the first bytes of a value; the letter that this cuts is dropped.
function clean(s,    out, c, more) {
    if (s !~ /[\001-\037\177-\377]/) return s
    sub(/([\302-\337]|[\340-\357][\200-\277]?|[\360-\364][\200-\277]?[\200-\277]?)$/, "", s)
    out = ""
    while (s != "") {
        more = 0
        if (s ~ /^[\302-\337][\200-\277]/) more = 1
        else if (s ~ /^[\340-\357][\200-\277][\200-\277]/) more = 2
        else if (s ~ /^[\360-\364][\200-\277][\200-\277][\200-\277]/) more = 3
        c = substr(s, 1, 1 + more)
        if (!more && c ~ /[\001-\037\177-\377]/) c = "?"
        out = out c
        s = substr(s, 2 + more)
    }
    return out
}
