/* The same centers by hand in C, with nothing that they do not ask for: what the machine can do.
 *
 * A heap holds only the ends of talks. Nobody acts at the moment of giving up: a caller whose patience is over is
 * written down as abandoned when an agent comes to it in the queue. So nothing could follow from giving up (a redial,
 * a shorter queue to show), and nothing is kept of agents and queues.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { MOST = 8 };

typedef struct {
    int64_t classes, pools;
    double rate[MOST], patience[MOST], talk[MOST][MOST];
    int64_t agents[MOST], asks[MOST][MOST], serves[MOST][MOST]; /* -1 ends a list */
} Center;

typedef struct { double *arrived, *waited; uint8_t *abandoned; int64_t *kind, count, room; } Calls;
typedef struct { double at; int64_t pool; } End;
typedef struct { double arrived, until; } Caller;
typedef struct { Caller *of; int64_t head, tail, mask; } Line;

/* xoshiro256+ of Blackman and Vigna (2018), in the public domain */
static uint64_t turn(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static double uniform(uint64_t s[4]) {
    const uint64_t sum = s[0] + s[3], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t;
    s[3] = turn(s[3], 45);
    return ((double)(sum >> 11) + 0.5) * 0x1p-53;
}

static double exponential(uint64_t s[4], double mean) { return -mean * log(uniform(s)); }

static void push(End *heap, int64_t *size, End end) {
    int64_t i = (*size)++;
    while (i > 0 && heap[(i - 1) / 2].at > end.at) { heap[i] = heap[(i - 1) / 2]; i = (i - 1) / 2; }
    heap[i] = end;
}

static void put_first(End *heap, int64_t size, End end) {
    int64_t i = 0;
    for (int64_t child; (child = 2 * i + 1) < size; i = child) {
        if (child + 1 < size && heap[child + 1].at < heap[child].at) child++;
        if (end.at <= heap[child].at) break;
        heap[i] = heap[child];
    }
    heap[i] = end;
}

static void record(Calls *calls, double arrived, double waited, int abandoned, int64_t kind) {
    if (calls->count == calls->room) return;
    const int64_t i = calls->count++;
    calls->arrived[i] = arrived;
    calls->waited[i] = waited;
    calls->abandoned[i] = (uint8_t)abandoned;
    calls->kind[i] = kind;
}

int day(const Center *center, double until, uint64_t s[4], Calls *calls) {
    int64_t size = 0, idle[MOST], agents = 0;
    double next[MOST];
    Line line[MOST];
    for (int64_t p = 0; p < center->pools; p++) agents += idle[p] = center->agents[p];
    End *heap = malloc((size_t)agents * sizeof(End));
    for (int64_t c = 0; c < center->classes; c++) {
        next[c] = exponential(s, 1.0 / center->rate[c]);
        line[c] = (Line){malloc((1 << 16) * sizeof(Caller)), 0, 0, (1 << 16) - 1};
    }
    for (;;) {
        int64_t kind = 0;
        for (int64_t c = 1; c < center->classes; c++) if (next[c] < next[kind]) kind = c;
        if (size == 0 || next[kind] < heap[0].at) {
            const double now = next[kind];
            if (now > until) break;
            next[kind] = now + exponential(s, 1.0 / center->rate[kind]);
            int64_t pool = -1;
            for (const int64_t *p = center->asks[kind]; *p >= 0 && pool < 0; p++) if (idle[*p]) pool = *p;
            if (pool >= 0) {
                idle[pool]--;
                record(calls, now, 0.0, 0, kind);
                push(heap, &size, (End){now + exponential(s, center->talk[kind][pool]), pool});
            } else {
                Line *l = &line[kind];
                if (l->tail - l->head > l->mask) return 1;
                l->of[l->tail++ & l->mask] = (Caller){now, now + exponential(s, center->patience[kind])};
            }
            continue;
        }
        const double now = heap[0].at;
        const int64_t pool = heap[0].pool;
        if (now > until) break;
        int found = 0;
        for (const int64_t *c = center->serves[pool]; *c >= 0 && !found; c++) {
            Line *l = &line[*c];
            while (l->head < l->tail && !found) {
                const Caller caller = l->of[l->head++ & l->mask];
                if (caller.until <= now) {
                    record(calls, caller.arrived, caller.until - caller.arrived, 1, *c);
                } else {
                    record(calls, caller.arrived, now - caller.arrived, 0, *c);
                    put_first(heap, size, (End){now + exponential(s, center->talk[*c][pool]), pool});
                    found = 1;
                }
            }
        }
        if (!found) {
            idle[pool]++;
            size--;
            if (size) put_first(heap, size, heap[size]);
        }
    }
    free(heap);
    for (int64_t c = 0; c < center->classes; c++) free(line[c].of);
    return 0;
}
