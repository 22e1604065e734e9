/* words.h -- a sentence as an array of words; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
enum { WORDS = 100 };

struct sentence {
    char *text, *words[WORDS]; /* the words lie in the text */
    int n;
};

/* Splits at blanks, or at _ where a blank would be a nuisance. The text is
 * shorter than 2 * WORDS, so its words have room. */
static struct sentence split(const char *text)
{
    struct sentence s = {.text = strdup(text)};
    char *rest = NULL;
    if (!s.text) {
        perror("worker-pool");
        abort();
    }
    for (char *word = strtok_r(s.text, " _", &rest); word;
         word = strtok_r(NULL, " _", &rest))
        s.words[s.n++] = word;
    return s;
}

static void turn_around(char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < n / 2; i++) {
        char c = word[i];
        word[i] = word[n - 1 - i];
        word[n - 1 - i] = c;
    }
}

static void print_and_free(struct sentence *s)
{
    for (int i = 0; i < s->n; i++)
        printf(i > 0 ? " %s" : "%s", s->words[i]);
    puts("");
    free(s->text);
}
