/* The center in C, the agenda (a binary heap by time and key), and the verbs by which moves speak: as in
 * sim/clocks/compiled_script.py. Records and constants come from sim/record/ (records.h, which
 * c_program.py writes).
 */
#include <stdbool.h>

#include "records.h"

typedef struct {
    double at;
    int64_t key; /* event * 2^32 + who */
} Pending;

typedef struct {
    Contact *contacts;
    Agent *agents;
    Queue *queues;
    Team *teams;
    const Skill *skills, *routes;
    const Window *windows;
    const Row *timetable;
    Desk *desk;
    Pending *agenda;
    ContactLeft *left;
    AgentWas *was;
    QueueIs *queued;
} Center;

static bool before(Pending a, Pending b) {
    return a.at < b.at || (a.at == b.at && a.key < b.key);
}

static void schedule(Center *center, double when, int event, int who) {
    Pending *agenda = center->agenda;
    const Pending item = {when, ((int64_t)event << 32) + who};
    int64_t i = center->desk->agenda++;
    while (i > 0) {
        const int64_t parent = (i - 1) >> 1;
        if (!before(item, agenda[parent])) break;
        agenda[i] = agenda[parent];
        i = parent;
    }
    agenda[i] = item;
}

static void drop_first(Center *center) {
    Pending *agenda = center->agenda;
    const int64_t last = --center->desk->agenda;
    const Pending item = agenda[last];
    int64_t i = 0;
    for (;;) {
        int64_t child = 2 * i + 1;
        if (child >= last) break;
        if (child + 1 < last && before(agenda[child + 1], agenda[child])) child++;
        if (!before(agenda[child], item)) break;
        agenda[i] = agenda[child];
        i = child;
    }
    agenda[i] = item;
}

static void contact_left(Center *center, int k, double now, int outcome, int comes_back) {
    const Contact *contact = &center->contacts[k];
    const bool handled = contact->agent >= 0;
    center->left[center->desk->left++] = (ContactLeft){
        .caller = contact->caller,
        .attempt = contact->attempt,
        .queue = contact->queue,
        .outcome = outcome,
        .comes_back = comes_back,
        .agent = contact->agent,
        .team = handled ? center->agents[contact->agent].team : NOBODY,
        .arrived = contact->arrived,
        .answered = contact->answered,
        .left = now,
        .talk = handled ? contact->talk : 0.0,
        .hold = handled ? contact->hold : 0.0,
        .wrap = handled ? contact->wrap : 0.0,
        .patience = contact->patience,
        .empathy = contact->empathy,
        .speed = contact->speed,
    };
}

static void agent_was(Center *center, int a, int queue, double end) {
    const Agent *agent = &center->agents[a];
    center->was[center->desk->was++] = (AgentWas){
        .agent = a, .team = agent->team, .state = agent->state, .queue = queue, .start = agent->since, .end = end};
}

static void queue_is(Center *center, int q, double now) {
    center->queued[center->desk->queued++] =
        (QueueIs){.queue = q, .length = center->queues[q].length, .at = now};
}
