/* args.h -- the arguments of a program, read in one call.
 *
 *     int n = args_number(argc, argv, "fan-in [RECORDS]", 4, 1, 1000);
 *
 * If there is more than one number, each option and operand has a row:
 *
 *     int workers = 3;
 *     char **files = samples;
 *     args(argc, argv, "fan-out [-j WORKERS] [FILE...]   (3 workers)",
 *          opt_number('j', &workers, 1, 256), arg_rest(&files));
 *
 * The usage text begins with the name of the program. A variable keeps its
 * value if its argument is not given.
 *
 * Wrong arguments end the program with the usage text on stderr and status 2.
 * -h and --help print the usage text on stdout. Then the program exits with
 * status 0, or with status 1 if stdout cannot be written. As getopt_long() has
 * it, options may follow operands, and -- ends the options.
 *
 * Call args() once, before the first go(): getopt_long() is not thread-safe.
 *
 * SPDX-License-Identifier: 0BSD
 */
#ifndef ARGS_H
#define ARGS_H

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The folder of the program's sample files, with a slash at its end. The
 * Makefile sets it. Otherwise the files are in the folder where it runs. */
#ifndef SAMPLES
#define SAMPLES ""
#endif

struct args_row_; /* an option or operand, and its variable */

/* args(argc, argv, usage, ROW...) reads all arguments into the variables of the
 * rows, at most 15. Options come in any order. If an option comes twice, the
 * last one counts. Operands go to the arg_ rows, in their order. More operands
 * than rows are an error, fewer are not. Returns the number of operands. Does
 * not return if an argument is wrong or asks for help. */
#define args(argc, argv, usage, ...)                                 \
    args_read_(argc, argv, usage,                                    \
               (const struct args_row_[ARGS_ROWS_ + 1]){__VA_ARGS__, \
                                                        {.kind = ARGS_END_}})

/* For a program that takes one number: returns the number, from least to most,
 * or `otherwise` if there is none. The limits and the default are added to the
 * usage text: "usage: fan-in [RECORDS]   (1 to 1000, by default 4)". */
static inline int args_number(int argc, char **argv, const char *usage,
                              int otherwise, int least, int most);

/* For an error that the program itself finds in its arguments, after args().
 * Prints the usage text on stderr and ends the program with status 2. */
static inline _Noreturn void args_misuse(void);

/* opt_number: -j NUMBER, in decimal, from least to most. opt_capped: the same,
 * but a larger number counts as most. opt_text: -a TEXT. opt_flag: --name. */
static inline struct args_row_ opt_number(char letter, int *number, int least,
                                          int most);
static inline struct args_row_ opt_capped(char letter, int *number, int least,
                                          int most);
static inline struct args_row_ opt_text(char letter, const char **text);
static inline struct args_row_ opt_flag(const char *name, bool *given);

/* Options come only before the operands: "-j" after one is an operand. */
static inline struct args_row_ opt_in_front(void);

/* An operand: a number from least to most, or any text. */
static inline struct args_row_ arg_number(int *number, int least, int most);
static inline struct args_row_ arg_text(const char **text);

/* arg_choice(&which, WORD...): an operand that is one of these words. The int
 * `which` becomes its index. Any other operand goes to the next row. */
#define arg_choice(which, ...) \
    args_choice_(ARGS_CHOICE_, 0, which, ARGS_WORDS_(__VA_ARGS__))

/* The same for any number of operands, or of options -j WORD. The int `set` gets
 * the bit 1 << index of each word. An option with any other word is an error. */
#define arg_choices(set, ...) \
    args_choice_(ARGS_CHOICES_, 0, set, ARGS_WORDS_(__VA_ARGS__))
#define opt_choices(letter, set, ...) \
    args_choice_(ARGS_CHOICES_, letter, set, ARGS_WORDS_(__VA_ARGS__))

/* All other operands, with NULL behind the last one. If there are none, *all
 * keeps its value. */
static inline struct args_row_ arg_rest(char ***all);

/* ---- implementation ------------------------------------------------------ */

enum { ARGS_ROWS_ = 15, ARGS_FLAG_ = 256 /* and the row: of getopt_long */ };

#define ARGS_WORDS_(...) ((const char *const[]){__VA_ARGS__, NULL})

enum args_kind_ {
    ARGS_END_,
    ARGS_NUMBER_,
    ARGS_CAPPED_,
    ARGS_TEXT_,
    ARGS_FLAGGED_,
    ARGS_IN_FRONT_,
    ARGS_CHOICE_,
    ARGS_CHOICES_,
    ARGS_REST_
};

struct args_row_ {
    enum args_kind_ kind;
    int letter;       /* of an option; 0 if it is an operand */
    const char *name; /* of a flag */
    const char *const *words;
    int least, most;
    int *number; /* the kind decides which of these is set */
    const char **text;
    bool *given;
    char ***all;
};

static inline struct args_row_ opt_number(char letter, int *number, int least,
                                          int most)
{
    struct args_row_ row = arg_number(number, least, most);
    row.letter = letter;
    return row;
}

static inline struct args_row_ opt_capped(char letter, int *number, int least,
                                          int most)
{
    struct args_row_ row = opt_number(letter, number, least, most);
    row.kind = ARGS_CAPPED_;
    return row;
}

static inline struct args_row_ opt_text(char letter, const char **text)
{
    struct args_row_ row = arg_text(text);
    row.letter = letter;
    return row;
}

static inline struct args_row_ opt_flag(const char *name, bool *given)
{
    return (struct args_row_){
        .kind = ARGS_FLAGGED_, .name = name, .given = given};
}

static inline struct args_row_ opt_in_front(void)
{
    return (struct args_row_){.kind = ARGS_IN_FRONT_};
}

static inline struct args_row_ arg_number(int *number, int least, int most)
{
    return (struct args_row_){
        .kind = ARGS_NUMBER_, .number = number, .least = least, .most = most};
}

static inline struct args_row_ arg_text(const char **text)
{
    return (struct args_row_){.kind = ARGS_TEXT_, .text = text};
}

static inline struct args_row_ args_choice_(enum args_kind_ kind, char letter,
                                            int *number,
                                            const char *const *words)
{
    return (struct args_row_){
        .kind = kind, .letter = letter, .number = number, .words = words};
}

static inline struct args_row_ arg_rest(char ***all)
{
    return (struct args_row_){.kind = ARGS_REST_, .all = all};
}

static inline const char **args_usage_(void)
{
    static const char *usage = "";
    return &usage;
}

static inline _Noreturn void args_misuse(void)
{
    fprintf(stderr, "usage: %s\n", *args_usage_());
    exit(2);
}

static inline _Noreturn void args_help_(void)
{
    printf("usage: %s\n", *args_usage_());
    if (fflush(stdout) == 0 && !ferror(stdout))
        exit(0);
    fprintf(stderr, "the usage text cannot be written: %s\n", strerror(errno));
    exit(1);
}

static inline void args_read_number_(const struct args_row_ *row,
                                     const char *word)
{
    char *end;
    long long n = strtoll(word, &end, 10); /* what is too large stays so */
    if (row->kind == ARGS_CAPPED_ && n > row->most)
        n = row->most;
    if (end == word || *end || n < row->least || n > row->most)
        args_misuse();
    *row->number = (int)n;
}

/* Returns how many of the words, up to NULL, are among the row's choices. */
static inline int args_choose_(const struct args_row_ *row, char **argv)
{
    int count = 0;
    while (argv[count] && (count == 0 || row->kind == ARGS_CHOICES_)) {
        int i = 0;
        while (row->words[i] && strcmp(row->words[i], argv[count]) != 0)
            i++;
        if (!row->words[i])
            break;
        if (row->kind == ARGS_CHOICE_)
            *row->number = i;
        else
            *row->number |= 1 << i;
        count++;
    }
    return count;
}

/* Returns how many of the words, up to NULL, the row takes. */
static inline int args_take_(const struct args_row_ *row, char **words)
{
    int count = 1;
    if (row->kind == ARGS_NUMBER_ || row->kind == ARGS_CAPPED_)
        args_read_number_(row, *words);
    if (row->kind == ARGS_TEXT_)
        *row->text = *words;
    if (row->kind == ARGS_CHOICE_ || row->kind == ARGS_CHOICES_)
        count = args_choose_(row, words);
    if (row->kind == ARGS_REST_) {
        *row->all = words;
        while (words[count])
            count++;
    }
    return count;
}

/* Writes down, for getopt_long(), which options there are. */
static inline void args_list_(const struct args_row_ *rows, char *letter,
                              struct option *flag)
{
    for (int i = 0; rows[i].kind != ARGS_END_; i++)
        if (rows[i].kind == ARGS_IN_FRONT_)
            *letter++ = '+';
    *letter++ = 'h';
    *flag++ = (struct option){"help", no_argument, NULL, 'h'};
    for (int i = 0; rows[i].kind != ARGS_END_; i++) {
        if (rows[i].kind == ARGS_FLAGGED_)
            *flag++ = (struct option){rows[i].name, no_argument, NULL,
                                      ARGS_FLAG_ + i};
        if (rows[i].letter) {
            *letter++ = (char)rows[i].letter;
            *letter++ = ':';
        }
    }
}

/* Reads the options; then optind is the index of the first operand. */
static inline void args_options_(int argc, char **argv,
                                 const struct args_row_ *rows)
{
    char letters[2 * ARGS_ROWS_ + 2] = "";
    struct option flags[ARGS_ROWS_ + 2] = {{0}};
    args_list_(rows, letters, flags);
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, letters, flags, NULL)) != -1;) {
        if (c == 'h')
            args_help_();
        if (c == '?')
            args_misuse();
        if (c >= ARGS_FLAG_)
            *rows[c - ARGS_FLAG_].given = true;
        char *word[] = {optarg, NULL};
        for (int i = 0; rows[i].kind != ARGS_END_; i++)
            if (rows[i].letter == c && args_take_(&rows[i], word) == 0)
                args_misuse();
    }
}

static inline bool args_is_operand_(const struct args_row_ *row)
{
    return row->letter == 0 && row->kind != ARGS_FLAGGED_ &&
           row->kind != ARGS_IN_FRONT_;
}

static inline int args_read_(int argc, char **argv, const char *usage,
                             const struct args_row_ *rows)
{
    *args_usage_() = usage;
    args_options_(argc, argv, rows);
    int first = optind < argc ? optind : argc; /* argc may be 0 */
    char **next = argv + first;
    for (int i = 0; rows[i].kind != ARGS_END_ && *next; i++)
        if (args_is_operand_(&rows[i]))
            next += args_take_(&rows[i], next);
    if (*next)
        args_misuse();
    return argc - first;
}

static inline int args_number(int argc, char **argv, const char *usage,
                              int otherwise, int least, int most)
{
    static char text[160];
    int n = otherwise;
    snprintf(text, sizeof text, "%s   (%d to %d, by default %d)", usage, least,
             most, otherwise);
    args(argc, argv, text, arg_number(&n, least, most));
    return n;
}

#endif
