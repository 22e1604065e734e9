/* crash.h -- what is printed when a goroutine crashes.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_CRASH_H
#define CHAN_LAB_CRASH_H
#include "report.h"
#include "threads.h"

/* A stack overflow is a crash too, so the handler has a stack of its own in each thread. If a
 * sanitizer or the program handles crashes, the laboratory does not. */
enum { LAB_CRASH_STACK = 32768 };
struct lab_crash_state { bool installed; void (*then)(int); };
struct lab_crash_state lab_crash_ __attribute__((weak));
static inline void lab_crash_set_stack(struct chan_lab_thread_ *t) {
    stack_t ours = { .ss_size = LAB_CRASH_STACK }, old;
    if (!lab_crash_.installed || sigaltstack(NULL, &old) != 0) return;
    if (!(old.ss_flags & SS_DISABLE)) return;
    t->signal_stack = malloc(LAB_CRASH_STACK);
    ours.ss_sp = t->signal_stack;
    if (t->signal_stack) sigaltstack(&ours, NULL);
}
static inline void lab_crash_free_stack(struct chan_lab_thread_ *t) {
    stack_t none = { .ss_flags = SS_DISABLE, .ss_size = LAB_CRASH_STACK }, old;
    if (!t->signal_stack) return;
    if (sigaltstack(NULL, &old) == 0 && old.ss_sp == t->signal_stack) sigaltstack(&none, NULL);
    free(t->signal_stack);
    t->signal_stack = NULL;
}
static inline const char *lab_crash_name(int number) {
    if (number == SIGSEGV) return "SIGSEGV";
    if (number == SIGBUS) return "SIGBUS";
    return number == SIGFPE ? "SIGFPE" : "SIGILL";
}
/* The stack pointer of the thread that crashed, or 0 if this machine's is unknown. */
static inline size_t lab_crash_stack_pointer(const void *context) {
    const ucontext_t *u = context;
#if defined __x86_64__ && defined REG_RSP
    return (size_t)u->uc_mcontext.gregs[REG_RSP];
#elif defined __aarch64__
    return (size_t)u->uc_mcontext.sp;
#else
    (void)u;
    return 0;
#endif
}
/* Why, as far as the address says it. The memory around the stack pointer is there, unless the
 * stack has overflown. */
static inline const char *lab_crash_reason(int number, const siginfo_t *info,
                                           const void *context) {
    size_t at = (size_t)info->si_addr, stack = lab_crash_stack_pointer(context);
    if (info->si_code <= 0) return "sent by a process";
    if (number != SIGSEGV) return NULL;
    if (at < 4096) return "a NULL pointer";
    return stack && at + 65536 > stack && at < stack + 65536 ? "a stack overflow" : NULL;
}
/* What the goroutine did last. This takes no lock. */
static inline void lab_crash_put(struct lab_report *r, const struct chan_lab_goroutine_ *me) {
    if (!me) {
        lab_text_say(&r->lines, " in a thread that is no goroutine");
        return;
    }
    bool inside = me->op.kind != CHAN_LAB_NONE_;
    int kind = inside ? (int)me->op.kind : me->last_kind;
    const char *at = inside ? me->op.at : me->last_at;
    lab_text_say(&r->lines, " in ");
    lab_report_put_name(r, me->number, me->name);
    if (at && lab_report_deed(kind)) {
        lab_text_say(&r->lines, inside ? ", in " : ", after ");
        lab_report_put_deed(r, kind, at);
        lab_text_say(&r->lines, " (%s)", at);
    } else if (me->at) lab_text_say(&r->lines, ", after its start (%s)", me->at);
}
static inline void lab_crash_report(const char *signal, const char *why) {
    static struct lab_text o = { .to = 2 };
    static atomic_bool reported;
    struct lab_report r = { .lines = { .to = &o } };
    if (atomic_exchange(&reported, true)) return;
    lab_text_say(&r.lines, "crash: %s", signal);
    if (why) lab_text_say(&r.lines, " (%s)", why);
    lab_crash_put(&r, chan_lab_me_);
    lab_text_end_line(&r.lines);
    lab_text_flush(&o);
}
/* A default action follows: the instruction crashes again, or the signal comes again. */
static inline void lab_crash_handle(int number, siginfo_t *info, void *context) {
    lab_crash_report(lab_crash_name(number), lab_crash_reason(number, info, context));
    if (lab_crash_.then) lab_crash_.then(number);
    signal(number, SIG_DFL);
    if (info->si_code <= 0) raise(number);
}
/* At the program's start. `then` is called after the report, or it is NULL. */
static inline void lab_crash_install(void (*then)(int)) {
    const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    lab_crash_.then = then;
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        struct sigaction was, now = { .sa_sigaction = lab_crash_handle,
                                      .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
        sigfillset(&now.sa_mask);
        if (sigaction(crashes[i], NULL, &was) != 0 || was.sa_handler != SIG_DFL) continue;
        sigaction(crashes[i], &now, NULL);
        lab_crash_.installed = true;
    }
}

#endif
