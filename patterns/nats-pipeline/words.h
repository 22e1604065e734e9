/* words.h -- finds words and counts them; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
enum { MOST_WORDS = 1000 };

/* Returns the next sequence of letters before `end`, and moves *c behind it.
 * Returns NULL if there is none. */
static const char *next_word(const char **c, const char *end)
{
    while (*c < end && !isalpha((unsigned char)**c))
        (*c)++;
    const char *word = *c;
    while (*c < end && isalpha((unsigned char)**c))
        (*c)++;
    return *c > word ? word : NULL;
}

struct tally {
    long total;
    int used;
    struct {
        char text[32]; /* a longer word is cut */
        long n;
    } words[MOST_WORDS]; /* in the order in which they first came */
};

static void tally_add(struct tally *t, natsMsg *word)
{
    char text[sizeof t->words[0].text];
    snprintf(text, sizeof text, "%.*s", natsMsg_GetDataLength(word),
             natsMsg_GetData(word));
    int i = 0;
    while (i < t->used && strcmp(t->words[i].text, text) != 0)
        i++;
    if (i == MOST_WORDS)
        nats_fail(text, "there are too many different words");
    if (i == t->used)
        memcpy(t->words[t->used++].text, text, sizeof text);
    t->words[i].n++;
    t->total++;
}

static void tally_print(const struct tally *t)
{
    for (int i = 0; i < t->used; i++)
        printf("%ld %s\n", t->words[i].n, t->words[i].text);
}
