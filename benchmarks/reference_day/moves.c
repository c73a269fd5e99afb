/* The yardstick for the compiled clock: the same moves on the same marks in C.
 *
 *     moves OUT REPEATS DAY...
 *
 * Reads days as c_program.py wrote them (of each table the number of rows, then the rows), runs each of
 * them REPEATS times, writes the facts of each day to OUT, and prints the processor seconds that every
 * run took: from the marks in memory to the three finished tables in memory.
 */
#define _POSIX_C_SOURCE 199309L
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "moves.h"

typedef struct {
    void *rows;
    int64_t count;
} Table;

/* What is given, in the order of the file. */
enum { CONTACTS, AGENTS, QUEUES, TEAMS, SKILLS, ROUTES, WINDOWS, TIMETABLE, DESK, TABLES };
static const size_t ROW_SIZE[TABLES] = {
    sizeof(Contact), sizeof(Agent), sizeof(Queue), sizeof(Team), sizeof(Skill),
    sizeof(Skill),   sizeof(Window), sizeof(Row),  sizeof(Desk)};

typedef struct {
    Table table[TABLES];
} Given;

/* What is told: rows as they were written, and when the last move was made. */
typedef struct {
    Table left, was, queued;
    double end;
} Told;

/* Lets everything happen in order, merging the agenda, the timetable and the chain of arrivals. */
static void tick(Center *center, int last_row) {
    Desk *desk = center->desk;
    int row = 0;
    for (;;) {
        enum { NOTHING, AGENDA, ROW, ARRIVAL } source = NOTHING;
        Pending first = {INFINITY, 0};
        if (desk->agenda > 0) {
            first = center->agenda[0];
            source = AGENDA;
        }
        if (row < last_row) {
            const Pending due = {center->timetable[row].at, ((int64_t)EVENT_TIMETABLE << 32) + row};
            if (source == NOTHING || before(due, first)) first = due, source = ROW;
        }
        if (desk->arriving >= 0) {
            const Pending due = {center->contacts[desk->arriving].arrived,
                                 ((int64_t)EVENT_ARRIVE << 32) + desk->arriving};
            if (source == NOTHING || before(due, first)) first = due, source = ARRIVAL;
        }
        const int event = (int)(first.key >> 32), who = (int)(first.key & 0xFFFFFFFF);
        switch (source) {
        case NOTHING: return;
        case AGENDA: drop_first(center); break;
        case ROW: row++; break;
        case ARRIVAL: desk->arriving = center->contacts[who].next; break;
        }
        happen(center, event, who, first.at);
    }
}

/* --- running, reading, writing -------------------------------------------------------------- */

static void *room(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (memory == NULL) {
        fprintf(stderr, "moves: no memory for %zu bytes\n", bytes);
        exit(1);
    }
    return memory;
}

static void *copy_of(const Given *given, int which) {
    const size_t bytes = ROW_SIZE[which] * (size_t)given->table[which].count;
    return memcpy(room(bytes), given->table[which].rows, bytes);
}

/* Contacts are expected, the first attempts (which come first) chained in order of arrival. */
static void expect(Center *center, int64_t contacts) {
    center->desk->arriving = contacts > 0 ? 0 : NOBODY;
    for (int k = 0; k < contacts; k++) {
        center->contacts[k].state = CONTACT_STATE_COMING;
        const bool another = k + 1 < contacts && center->contacts[k + 1].attempt == 1;
        center->contacts[k].next = another ? k + 1 : NOBODY;
    }
}

/* Runs a day; the contacts are the run's own. */
static Told run(const Given *given, Contact *marks) {
    const Table *table = given->table;
    const int64_t contacts = table[CONTACTS].count, lines = table[TIMETABLE].count;
    Center center = {
        .contacts = marks,
        .agents = copy_of(given, AGENTS),
        .queues = copy_of(given, QUEUES),
        .teams = copy_of(given, TEAMS),
        .skills = table[SKILLS].rows,
        .routes = table[ROUTES].rows,
        .windows = table[WINDOWS].rows,
        .timetable = table[TIMETABLE].rows,
        .desk = copy_of(given, DESK),
        .agenda = room(sizeof(Pending) * (size_t)(contacts + table[AGENTS].count + lines + 1)),
        /* A contact leaves once, queues for two rows and fills at most four of an agent's; a duty fills three. */
        .left = room(sizeof(ContactLeft) * (size_t)contacts),
        .was = room(sizeof(AgentWas) * (size_t)(4 * contacts + 3 * lines)),
        .queued = room(sizeof(QueueIs) * (size_t)(2 * contacts)),
    };
    expect(&center, contacts);
    tick(&center, (int)lines);
    const double end = center.desk->now;
    for (int q = 0; q < table[QUEUES].count; q++) close_out(&center, q, end);
    const Told told = {{center.left, center.desk->left},
                       {center.was, center.desk->was},
                       {center.queued, center.desk->queued},
                       end};
    free(center.agents);
    free(center.queues);
    free(center.teams);
    free(center.desk);
    free(center.agenda);
    return told;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static FILE *open_file(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static Given read_day(const char *path) {
    Given given;
    FILE *file = open_file(path, "rb");
    for (int i = 0; i < TABLES; i++) {
        Table *table = &given.table[i];
        if (fread(&table->count, sizeof table->count, 1, file) != 1) exit(2);
        table->rows = room(ROW_SIZE[i] * (size_t)table->count);
        if (fread(table->rows, ROW_SIZE[i], (size_t)table->count, file) != (size_t)table->count) exit(2);
    }
    fclose(file);
    return given;
}

static void write_table(FILE *file, Table table, size_t row_size) {
    fwrite(&table.count, sizeof table.count, 1, file);
    fwrite(table.rows, row_size, (size_t)table.count, file);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: moves OUT REPEATS DAY...\n");
        return 1;
    }
    /* Keep freed memory: asking the system for it anew costs a third of a run. */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    const int repeats = atoi(argv[2]);
    FILE *out = open_file(argv[1], "wb");
    for (int day = 3; day < argc; day++) {
        const Given given = read_day(argv[day]);
        for (int i = 0; i < repeats; i++) {
            Contact *marks = copy_of(&given, CONTACTS);
            const double start = seconds();
            const Told told = run(&given, marks);
            printf("%d %.9f\n", day - 3, seconds() - start);
            if (i == repeats - 1) {
                write_table(out, told.left, sizeof(ContactLeft));
                write_table(out, told.was, sizeof(AgentWas));
                write_table(out, told.queued, sizeof(QueueIs));
                fwrite(&told.end, sizeof told.end, 1, out);
            }
            free(marks);
            free(told.left.rows);
            free(told.was.rows);
            free(told.queued.rows);
        }
    }
    return fclose(out);
}
