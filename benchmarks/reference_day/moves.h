/* What happens in the center, in C: function for function the moves of sim/center, without any short cut
 * that they do not have. What each move is for is said there.
 */
#include <math.h>

#include "verbs.h"

/* --- the ways out --------------------------------------------------------------------------- */

static void leave_for_good(Center *center, int k, double now, int outcome) {
    contact_left(center, k, now, outcome, 0);
    for (; k >= 0; k = center->contacts[k].again) center->contacts[k].state = CONTACT_STATE_GONE;
}

static double in_opening_hours(const Center *center, int q, double now, double delay) {
    const Queue *queue = &center->queues[q];
    double when = now + delay;
    int w = queue->window;
    if (w < 0) {
        w = queue->window_from;
        if (w < queue->window_to) when += center->windows[w].opens - now;
    }
    while (w < queue->window_to) {
        if (when < center->windows[w].closes) return when;
        w++;
        if (w < queue->window_to) when += center->windows[w].opens - fmax(center->windows[w - 1].closes, now);
    }
    return -1.0;
}

static void leave_in_vain(Center *center, int k, double now, int outcome, double probability, double delay) {
    Contact *contact = &center->contacts[k];
    const int again = contact->again;
    if (again >= 0 && contact->come_back < probability) {
        const double when = in_opening_hours(center, center->contacts[again].queue, now, delay);
        if (when >= 0.0) {
            contact_left(center, k, now, outcome, 1);
            contact->state = CONTACT_STATE_GONE;
            schedule(center, when, EVENT_COME_BACK, again);
            return;
        }
    }
    leave_for_good(center, k, now, outcome);
}

/* --- the queue ------------------------------------------------------------------------------ */

static bool has_line(const Center *center, int q) {
    const Queue *queue = &center->queues[q];
    const Desk *desk = center->desk;
    if (desk->trunks >= 0 && desk->lines >= desk->trunks) return false;
    return queue->trunks < 0 || queue->lines < queue->trunks;
}

static void take_line(Center *center, int q) {
    center->queues[q].lines++;
    center->desk->lines++;
}

static void free_line(Center *center, int q) {
    center->queues[q].lines--;
    center->desk->lines--;
}

static void join(Center *center, int k, double now) {
    Contact *contact = &center->contacts[k];
    Queue *queue = &center->queues[contact->queue];
    contact->state = CONTACT_STATE_WAITING;
    contact->next = NOBODY;
    contact->prev = queue->tail;
    if (queue->tail < 0) queue->head = k; else center->contacts[queue->tail].next = k;
    queue->tail = k;
    queue->length++;
    queue_is(center, contact->queue, now);
}

static void step_out(Center *center, int k, double now) {
    const Contact *contact = &center->contacts[k];
    Queue *queue = &center->queues[contact->queue];
    if (contact->prev < 0)
        queue->head = contact->next;
    else
        center->contacts[contact->prev].next = contact->next;
    if (contact->next < 0)
        queue->tail = contact->prev;
    else
        center->contacts[contact->next].prev = contact->prev;
    queue->length--;
    queue_is(center, contact->queue, now);
}

/* --- the router ----------------------------------------------------------------------------- */

static double occupancy(const Agent *agent, double now) {
    const double present = now - agent->signed_on;
    return present > 0.0 ? agent->handling / present : 0.0;
}

static int pick_at_random(const Center *center, int k) {
    const Contact *contact = &center->contacts[k];
    const Queue *queue = &center->queues[contact->queue];
    int free = 0, level = 0;
    for (int r = queue->route_from; r < queue->route_to; r++) {
        const Skill *route = &center->routes[r];
        if (free > 0 && route->level != level) break;
        const int idle = center->teams[route->team].idle;
        if (route->tier <= contact->tier && idle > route->reserve) {
            free += idle;
            level = route->level;
        }
    }
    int place = (int)(contact->pick * free);
    for (int r = queue->route_from; r < queue->route_to && free > 0; r++) {
        const Skill *route = &center->routes[r];
        const Team *team = &center->teams[route->team];
        if (route->level != level || route->tier > contact->tier || team->idle <= route->reserve) continue;
        if (place >= team->idle) {
            place -= team->idle;
            continue;
        }
        int a = team->head;
        for (; place > 0; place--) a = center->agents[a].next;
        return a;
    }
    return NOBODY;
}

static int pick_agent(const Center *center, int k, double now) {
    const Contact *contact = &center->contacts[k];
    const Queue *queue = &center->queues[contact->queue];
    const int rule = center->desk->pick_agent;
    if (rule == PICK_AGENT_RANDOM) return pick_at_random(center, k);
    int best = NOBODY, level = 0;
    double best_score = 0.0, best_since = 0.0;
    for (int r = queue->route_from; r < queue->route_to; r++) {
        const Skill *route = &center->routes[r];
        if (best >= 0 && route->level != level) break;
        const Team *team = &center->teams[route->team];
        if (route->tier > contact->tier || team->idle <= route->reserve) continue;
        for (int a = team->head; a >= 0; a = center->agents[a].next) {
            const Agent *agent = &center->agents[a];
            double score = 0.0;
            if (rule == PICK_AGENT_FASTEST)
                score = agent->handle_factor * route->handle_factor;
            else if (rule == PICK_AGENT_MOST_IDLE)
                score = occupancy(agent, now);
            else if (rule == PICK_AGENT_FEWEST_SKILLS)
                score = team->skill_to - team->skill_from;
            if (best < 0 || score < best_score ||
                (score == best_score &&
                 (agent->since < best_since || (agent->since == best_since && a < best)))) {
                best = a;
                best_score = score;
                best_since = agent->since;
                level = route->level;
            }
            if (rule == PICK_AGENT_LONGEST_IDLE || rule == PICK_AGENT_FEWEST_SKILLS) break;
        }
    }
    return best;
}

static int pick_contact(const Center *center, int a, double now) {
    const Team *team = &center->teams[center->agents[a].team];
    const int rule = center->desk->pick_contact;
    int best = NOBODY, level = 0;
    double best_score = 0.0;
    for (int s = team->skill_from; s < team->skill_to; s++) {
        const Skill *skill = &center->skills[s];
        if (rule == PICK_CONTACT_PRIORITY && best >= 0 && skill->level != level) break;
        const Queue *queue = &center->queues[skill->queue];
        const int k = queue->head;
        if (k < 0 || team->idle < skill->reserve) continue;
        const Contact *contact = &center->contacts[k];
        if (contact->tier < skill->tier) continue;
        double score;
        if (rule == PICK_CONTACT_LONGEST_QUEUE)
            score = -(double)queue->length;
        else if (rule == PICK_CONTACT_AGE_TIMES_PRIORITY)
            score = -(now - contact->arrived + queue->head_start) * queue->weight;
        else
            score = contact->arrived - queue->head_start;
        if (best < 0 || score < best_score) {
            best = k;
            best_score = score;
            level = skill->level;
        }
    }
    return best;
}

/* --- the agent ------------------------------------------------------------------------------ */

static void become_free(Center *center, int a, double now);

static void become(Center *center, int a, int state, double now) {
    Agent *agent = &center->agents[a];
    if (agent->state != AGENT_STATE_OFF && now > agent->since) {
        const bool busy = agent->state == AGENT_STATE_TALK || agent->state == AGENT_STATE_HOLD ||
                          agent->state == AGENT_STATE_WRAP;
        agent_was(center, a, busy ? agent->serving : NOBODY, now);
    }
    agent->state = state;
    agent->since = now;
}

static void start_idling(Center *center, int a) {
    Agent *agent = &center->agents[a];
    Team *team = &center->teams[agent->team];
    agent->next = NOBODY;
    agent->prev = team->tail;
    if (team->tail < 0) team->head = a; else center->agents[team->tail].next = a;
    team->tail = a;
    team->idle++;
}

static void stop_idling(Center *center, int a) {
    const Agent *agent = &center->agents[a];
    Team *team = &center->teams[agent->team];
    if (agent->prev < 0) team->head = agent->next; else center->agents[agent->prev].next = agent->next;
    if (agent->next < 0) team->tail = agent->prev; else center->agents[agent->next].prev = agent->prev;
    team->idle--;
}

static double skill_factor(const Center *center, int t, int q) {
    const Team *team = &center->teams[t];
    for (int s = team->skill_from; s < team->skill_to; s++)
        if (center->skills[s].queue == q) return center->skills[s].handle_factor;
    return 1.0;
}

static void answer(Center *center, int k, int a, double now) {
    Contact *contact = &center->contacts[k];
    Agent *agent = &center->agents[a];
    const double factor = agent->handle_factor * skill_factor(center, agent->team, contact->queue);
    contact->talk *= factor;
    contact->hold *= factor;
    contact->wrap *= factor;
    contact->answered = now;
    contact->agent = a;
    contact->state = CONTACT_STATE_TALKING;
    become(center, a, AGENT_STATE_TALK, now);
    agent->contact = k;
    agent->serving = contact->queue;
    schedule(center, now + (contact->talk + contact->hold), EVENT_HANG_UP, a);
}

static void hang_up(Center *center, int a, double now) {
    Agent *agent = &center->agents[a];
    const int k = agent->contact;
    const Contact *contact = &center->contacts[k];
    if (contact->hold > 0.0) {
        const double held = contact->talk > 0.0 ? now - contact->hold : agent->since;
        become(center, a, AGENT_STATE_HOLD, held > agent->since ? held : agent->since);
    }
    become(center, a, AGENT_STATE_WRAP, now);
    agent->handling += now - contact->answered + contact->wrap;
    agent->contact = NOBODY;
    free_line(center, contact->queue);
    leave_for_good(center, k, now, OUTCOME_HANDLED);
    if (contact->wrap > 0.0)
        schedule(center, now + contact->wrap, EVENT_WRAPPED, a);
    else
        become_free(center, a, now);
}

static void go_off(Center *center, int a, double now) {
    become(center, a, AGENT_STATE_OFF, now);
    Agent *agent = &center->agents[a];
    agent->leaving = 0;
    agent->owed = AGENT_STATE_OFF;
    agent->owed_s = 0.0;
    agent->back_at = -1.0;
}

static void sign_on(Center *center, int a, double now) {
    Agent *agent = &center->agents[a];
    agent->leaving = 0;
    if (agent->state == AGENT_STATE_OFF) {
        if (agent->back_at != now) {
            agent->owed = AGENT_STATE_OFF;
            agent->owed_s = 0.0;
        }
        agent->signed_on = now;
        agent->handling = 0.0;
        become_free(center, a, now);
    }
}

static void sign_off(Center *center, int a, double now) {
    Agent *agent = &center->agents[a];
    if (agent->state == AGENT_STATE_TALK || agent->state == AGENT_STATE_WRAP) {
        agent->leaving = 1;
        agent->owed = AGENT_STATE_OFF;
        agent->owed_s = 0.0;
        return;
    }
    if (agent->state == AGENT_STATE_IDLE) stop_idling(center, a);
    go_off(center, a, now);
}

static void begin(Center *center, int a, double now) {
    Agent *agent = &center->agents[a];
    become(center, a, agent->owed, now);
    agent->back_at = now + agent->owed_s;
    agent->owed = AGENT_STATE_OFF;
    agent->owed_s = 0.0;
    schedule(center, agent->back_at, EVENT_BACK, a);
}

static void come_due(Center *center, int a, int activity, double lasts, double now) {
    Agent *agent = &center->agents[a];
    if (agent->state == AGENT_STATE_OFF && agent->back_at != now) {
        agent->owed_s = 0.0;
        agent->back_at = now;
    }
    agent->owed = activity;
    agent->owed_s += lasts;
    if (agent->state == AGENT_STATE_IDLE) {
        stop_idling(center, a);
        begin(center, a, now);
    }
}

static void come_back_to_work(Center *center, int a, double now) {
    const Agent *agent = &center->agents[a];
    if (agent->state > AGENT_STATE_WRAP && agent->back_at == now) become_free(center, a, now);
}

static void change_team(Center *center, int a, double now) {
    Agent *agent = &center->agents[a];
    become(center, a, agent->state, now);
    agent->team = agent->moves_to;
    agent->moves_to = NOBODY;
}

static void become_free(Center *center, int a, double now) {
    const Agent *agent = &center->agents[a];
    if (agent->moves_to >= 0) change_team(center, a, now);
    if (agent->leaving == 1) {
        go_off(center, a, now);
        return;
    }
    if (agent->owed != AGENT_STATE_OFF) {
        begin(center, a, now);
        return;
    }
    const int k = pick_contact(center, a, now);
    if (k >= 0) {
        step_out(center, k, now);
        answer(center, k, a, now);
    } else {
        become(center, a, AGENT_STATE_IDLE, now);
        start_idling(center, a);
    }
}

/* --- the caller ----------------------------------------------------------------------------- */

static void wait_on(Center *center, int k) {
    Contact *contact = &center->contacts[k];
    const Queue *queue = &center->queues[contact->queue];
    double until = contact->gives_up;
    if (contact->tier < queue->tiers) {
        for (int r = queue->route_from; r < queue->route_to; r++) {
            const Skill *route = &center->routes[r];
            if (route->tier == contact->tier + 1 && contact->arrived + route->after < until)
                until = contact->arrived + route->after;
        }
    }
    if (until < INFINITY) {
        contact->stirs = until;
        schedule(center, until, EVENT_STIR, k);
    }
}

static void arrive(Center *center, int k, double now) {
    Contact *contact = &center->contacts[k];
    contact->arrived = now;
    const int q = contact->queue;
    const Queue *queue = &center->queues[q];
    if (queue->is_open == 0 || !has_line(center, q)) {
        leave_in_vain(center, k, now, OUTCOME_BLOCKED, queue->after_block, contact->delay_blocked);
        return;
    }
    const int a = pick_agent(center, k, now);
    if (a >= 0) {
        take_line(center, q);
        stop_idling(center, a);
        answer(center, k, a, now);
    } else if (contact->balk < queue->balk) {
        leave_in_vain(center, k, now, OUTCOME_BALKED, queue->after_balk, contact->delay);
    } else {
        take_line(center, q);
        join(center, k, now);
        contact->gives_up = now + contact->patience;
        wait_on(center, k);
    }
}

static void give_up(Center *center, int k, double now) {
    const Contact *contact = &center->contacts[k];
    step_out(center, k, now);
    free_line(center, contact->queue);
    leave_in_vain(center, k, now, OUTCOME_ABANDONED, center->queues[contact->queue].after_abandon, contact->delay);
}

static void stir(Center *center, int k, double now) {
    Contact *contact = &center->contacts[k];
    if (contact->state != CONTACT_STATE_WAITING || contact->stirs != now) return;
    center->desk->now = now;
    if (contact->gives_up <= now) {
        give_up(center, k, now);
        return;
    }
    contact->tier++;
    const int a = pick_agent(center, k, now);
    if (a >= 0) {
        step_out(center, k, now);
        stop_idling(center, a);
        answer(center, k, a, now);
    } else {
        wait_on(center, k);
    }
}

/* --- the day -------------------------------------------------------------------------------- */

static void close_out(Center *center, int q, double now) {
    while (center->queues[q].head >= 0) {
        const int k = center->queues[q].head;
        step_out(center, k, now);
        free_line(center, q);
        leave_in_vain(center, k, now, OUTCOME_INSIDE, center->queues[q].after_abandon, center->contacts[k].delay);
    }
}

static void open_up(Queue *queue) {
    queue->is_open = 1;
    queue->window = queue->window < 0 ? queue->window_from : queue->window + 1;
}

static void keep_timetable(Center *center, int i, double now) {
    const Row *row = &center->timetable[i];
    switch (row->what) {
    case DUTY_OPEN: open_up(&center->queues[row->who]); break;
    case DUTY_CLOSE:
        center->queues[row->who].is_open = 0;
        if (center->queues[row->who].disconnects == 1) close_out(center, row->who, now);
        break;
    case DUTY_SIGN_ON: sign_on(center, row->who, now); break;
    case DUTY_SIGN_OFF: sign_off(center, row->who, now); break;
    default: come_due(center, row->who, row->what, row->lasts, now);
    }
}

static void happen(Center *center, int event, int who, double now) {
    if (event == EVENT_STIR) {
        stir(center, who, now);
        return;
    }
    center->desk->now = now;
    switch (event) {
    case EVENT_HANG_UP: hang_up(center, who, now); break;
    case EVENT_WRAPPED: become_free(center, who, now); break;
    case EVENT_BACK: come_back_to_work(center, who, now); break;
    case EVENT_TIMETABLE: keep_timetable(center, who, now); break;
    default: arrive(center, who, now);
    }
}
