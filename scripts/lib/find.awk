# find.awk TITLES CURRICULUM: the entries that have all the words in the variable WORDS, or
# all but one with -v but=1.
# TITLES has lines NAME<TAB>TITLE. For each entry a line of its own: points, its place in
# the curriculum, and what is to be shown, in which \001 stands for a newline. Status 1 if
# there is no entry.
#
# A blank, a hyphen and an underscore are the same, so are upper and lower case, singular and
# plural, "go routine" and "goroutine". The words below do not count. A word in the name or
# title counts more than one among the other names that the pattern goes by, and that more
# than one elsewhere. A whole word counts more than the beginning of one, and that more than a
# part. A name that is exactly the words asked for counts most. The other names come in the
# order of their importance.

BEGIN {
    split("a an the in with of for to and or on by at it is are i my that this how c", list, " ")
    for (i in list) idle[list[i]] = 1
    words = split(plain_words(ENVIRON["WORDS"]), want, " ")
    phrase = " "
    for (i = 1; i <= words; i++) phrase = phrase want[i] " "
}

# The text as words in lower case and the singular, with a blank before and behind each.
# Without the idle words, if there are others.
function plain_words(text,    n, word, i, all, telling) {
    text = tolower(text)
    gsub(/\^c/, " ctrl c ", text)
    gsub(/[^a-z0-9\200-\377]+/, " ", text)
    text = " " text " "
    gsub(/ shut down /, " shutdown ", text)
    gsub(/ go routine/, " goroutine", text)
    n = split(text, word, " ")
    for (i = 1; i <= n; i++) {
        all = all " " singular(word[i])
        if (!(word[i] in idle)) telling = telling " " singular(word[i])
    }
    return (telling == "" ? all : telling) " "
}

function singular(word) {
    if (length(word) < 4 || word ~ /(ss|us|is)$/) return word
    if (sub(/ies$/, "y", word)) return word
    if (word ~ /(ss|sh|ch|x)es$/) { sub(/es$/, "", word); return word }
    sub(/s$/, "", word)
    return word
}

# How well the text, as plain_words writes it, has the word: 0 to 3.
function fits(text, word) {
    if (index(text, " " word " ")) return 3
    if (length(word) < 3) return 0
    if (index(text, " " word)) return 2
    return length(word) > 4 && index(text, word)
}

# rate LABEL TEXT WEIGHT: notes for each word the best place that has it.
function rate(label, text, weight,    i, points, plain_text) {
    plain_text = plain_words(text)
    for (i = 1; i <= words; i++) {
        points = weight * fits(plain_text, want[i])
        if (points <= best[i]) continue
        best[i] = points
        at[i] = label
    }
    if (words > 1 && index(plain_text, phrase)) together += weight
}

# Of a list, what has one of the words.
function some(list,    n, item, i, k, all, plain_item) {
    n = split(list, item, / *, */)
    for (i = 1; i <= n; i++) {
        plain_item = plain_words(item[i])
        for (k = 1; k <= words; k++)
            if (fits(plain_item, want[k])) {
                all = all (all ? ", " : "") item[i]
                break
            }
    }
    return all
}

function line_of(label, text) {
    return sprintf("\001    %-27s     %s: %s", "", label, text)
}

FILENAME != "-" { title[$1] = $2; next }
$1 == "#chapter" { chapter[$2] = $3 }
/^#/ || NF < 8 { next }
{
    for (i = 1; i <= words; i++) best[i] = at[i] = ""
    together = 0
    rate("name", $2, 100)
    rate("title", title[$2], 60)
    rate("also called", $7, 10)
    rate("symptom", $5, 3)
    rate("watch for", $4, 2)
    rate("not for", $6, 1)
    rate("chapter", chapter[$1], 1)
    points = 3 * together
    if (plain_words($2) == phrase) points += 1000
    n = split($7, item, / *, */)
    for (i = 1; i <= n; i++)
        if (plain_words(item[i]) == phrase) { points += i < 13 ? 320 - 20 * i : 60; break }
    split("", shown)
    lacks = 0
    for (i = 1; i <= words; i++) {
        if (!best[i]) {
            if (++lacks > but || words < 2) next
            continue
        }
        points += best[i]
        if (at[i] !~ /^(name|title)$/) shown[at[i]] = 1
    }
    text = sprintf("    %s%-27s%s %s", bold, $2, plain, title[$2])
    if ("also called" in shown) text = text line_of("also called", some($7))
    if ("symptom" in shown) text = text line_of("symptom", $5)
    if ("watch for" in shown) text = text line_of("watch for", $4)
    if ("not for" in shown) text = text line_of("not for", $6)
    if ("chapter" in shown) text = text line_of("chapter", $1 ". " chapter[$1])
    printf "%d\t%d\t%s\n", points, FNR, text
    found++
}
END { exit !found }
