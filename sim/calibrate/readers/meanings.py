"""What a column can mean, the names it goes by in other people's files, and what its cells must be."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

TIME, DATE, DURATION, NUMBER, SHARE, FLAG, TEXT, OUTCOME = (
    "time", "date", "duration", "number", "share", "yes or no", "text", "outcome",
)


class Meaning(NamedTuple):
    """One meaning: what its cells are, and names for it (in small letters, words parted by a blank)."""

    cells: str
    names: tuple[str, ...]


def _of(cells: str, names: str) -> Meaning:
    return Meaning(cells, tuple(name.strip() for name in names.split(",")))


OF_CONTACTS: dict[str, Meaning] = {
    "date": _of(
        DATE,
        "date, call date, day, datum, fecha, data, row date, start date, contact date, arrival date",
    ),
    "queued": _of(
        TIME,
        "queued, enqueue, enqueued, queue start, queue start time, queue entry, queue entry time, q start, "
        "enqueue timestamp, queue time stamp, enter queue, queue join, joined, joined queue, time in queue start, "
        "queue enter time, queue timestamp, eintritt warteschlange, enqueued at, queued at, queue arrival",
    ),
    "arrived": _of(
        TIME,
        "arrived, arrival, arrival time, call start, call start time, start, start time, starttime, started, "
        "initiated, initiation timestamp, call time, timestamp, time, date time, datetime, call date time, "
        "offered at, received, received at, call received, created, created at, begin, begin time, conversation "
        "start, contact start, contact start time, call datetime, segstart, seg start, setup time, ring start, "
        "calldate, eingang, beginn, anrufbeginn, startzeit, zeit, uhrzeit, anrufzeit, inicio, hora, hora inicio, "
        "arrival timestamp, arrived at, start timestamp, incoming time, entry time, anfang",
    ),
    "answered": _of(
        TIME,
        "answered, answer, answer time, answered at, answered time, answer timestamp, connected, connect time, "
        "connected at, agent connect, connected to agent timestamp, pickup, pickup time, service start, service "
        "start time, ser start, talk start, agent start, angenommen, annahme, annahmezeit, begin of service, "
        "answered timestamp, agent answer time, answer datetime, contestada",
    ),
    "abandoned_at": _of(
        TIME,
        "abandoned, abandon time stamp, abandoned at, abandon timestamp, abandonment time, hangup time, time "
        "abandoned",
    ),
    "ended": _of(
        TIME,
        "ended, end, end time, endtime, call end, call end time, finished, disconnect, disconnect timestamp, "
        "disconnected, disconnect time, hangup, hung up, completed at, end timestamp, service end, ser exit, "
        "segstop, conversation end, contact end, ende, endzeit, gespraechsende, anrufende, fin, hora fin, ended "
        "at, end datetime, release time, close time, closed, closed at",
    ),
    "wait_s": _of(
        DURATION,
        "wait, wait s, wait time, waiting time, waiting, waited, wait seconds, wait sec, queue time, time in "
        "queue, queue duration, queue wait, queue wait time, q time, speed of answer, answer delay, speed of "
        "answer in seconds, seconds to answer, time to answer, disposition time, disptime, delay, wartezeit, "
        "wartedauer, time waiting, hold before answer, espera, tiempo de espera, in queue time, tta, queue "
        "seconds, inqueue seconds, waittime",
    ),
    "outcome": _of(
        OUTCOME,
        "outcome, result, status, disposition, call result, call status, call outcome, call disposition, final "
        "status, ergebnis, resultado, state, contact outcome, contact status, disconnect reason, completion "
        "status, handled or abandoned, termination, end reason",
    ),
    "abandoned": _of(
        FLAG,
        "abandoned, abandon, is abandoned, abn, aband, lost, abandoned y n, abandon flag, abandon ind, aufgelegt, "
        "abandonada, abandoned flag, hung up in queue",
    ),
    "handled": _of(
        FLAG,
        "answered, answered y n, is answered, handled, is handled, answered flag, beantwortet, was answered",
    ),
    "talk_s": _of(
        DURATION,
        "talk, talk s, talk time, talktime, talk duration, talk seconds, talking time, conversation time, "
        "gespraechszeit, gespraechsdauer, agent interaction time, agent interaction duration, ser time, service "
        "time, service duration, duration talk, avgtalkduration, interaction time, acd time, acdtime, "
        "conversacion, billsec, billable seconds",
    ),
    "total_s": _of(
        DURATION,
        "total, total s, duration, call duration, callduration, total duration, contact duration, call length, length, "
        "dauer, anrufdauer, duracion, total time, total call time, call time seconds",
    ),
    "handle_s": _of(
        DURATION,
        "handle, handle s, handle time, handling time, handle duration, aht, handle seconds, tht, contact handle "
        "time, total handle time, bearbeitungszeit, handling duration, handled seconds",
    ),
    "hold_s": _of(
        DURATION,
        "hold, hold s, hold time, holdtime, on hold, customer hold time, hold duration, customer hold duration, "
        "haltezeit, hold seconds, time on hold, ansholdtime, agent hold time",
    ),
    "wrap_s": _of(
        DURATION,
        "wrap, wrap s, wrap up, wrapup, wrap time, wrap up time, wrapup time, acw, acw time, acwtime, after call "
        "work, after call work time, after contact work, after contact work time, after contact work duration, "
        "nachbearbeitung, nachbearbeitungszeit, wrap up duration, wrap up seconds, acw seconds, acw duration, "
        "after work",
    ),
    "agent": _of(
        TEXT,
        "agent, agent id, agent name, agentname, agent username, server, operator, user, user id, employee, "
        "employee id, representative, rep, advisor, anslogin, login id, mitarbeiter, agente, handled by, answered "
        "by, csr, staff, agent login, agent email, username, bearbeiter",
    ),
    "queue": _of(
        TEXT,
        "queue, queue name, queuename, skill, skill name, split, split skill, dispsplit, vdn, service, type, call "
        "type, calltype, topic, department, line of business, lob, group, hunt group, contact type, "
        "warteschlange, gruppe, cola, campaign, category, queues, service name, gate, application, skill group, "
        "team queue",
    ),
    "caller": _of(
        TEXT,
        "caller, caller id, callerid, customer, customer id, customer number, ani, calling party, calling number, "
        "phone, phone number, from, from number, cli, anrufer, kunde, kundennummer, cliente, account, account id, "
        "customer phone, calling pty, client id, member id, src, customer endpoint address, customer phone number, "
        "rufnummer, telefonnummer, telefono",
    ),
    "id": _of(
        TEXT,
        "id, call id, callid, contact id, contactid, interaction id, conversation id, ucid, uniqueid, unique id, "
        "session id, case id, ticket id, call key, record id, contact uid, uuid, call no, call number, ticket",
    ),
    "resolved": _of(
        FLAG,
        "resolved, solved, fcr, first call resolution, first contact resolution, is resolved, geloest, resuelto, "
        "resolution, resolved y n, issue resolved, first contact resolution flag",
    ),
    "direction": _of(
        TEXT,
        "direction, call direction, inbound outbound, originating direction, initiation method, richtung",
    ),
}
OF_INTERVALS: dict[str, Meaning] = {
    "date": _of(
        DATE,
        "date, row date, day, datum, fecha, data, interval date, report date",
    ),
    "start": _of(
        TIME,
        "start, start time, starttime, interval start, startinterval, start interval, interval, interval time, "
        "period, time, timestamp, time stamp, datetime, date time, from, half hour, hour, time period, interval "
        "start utc date, interval begin, beginn, von, zeit, uhrzeit, intervall, hora, intervalo, time slot, "
        "period start, interval start time, start date time, slot, quarter hour, interval starting",
    ),
    "end": _of(
        TIME,
        "end, end time, endinterval, end interval, interval end, to, until, bis, ende, period end",
    ),
    "length_s": _of(
        DURATION,
        "length, length s, interval length, intrvl, interval duration, intervalduration, interval minutes, period "
        "length, interval s",
    ),
    "queue": _of(
        TEXT,
        "queue, queue name, queuename, skill, skill name, split, split skill, vdn, service, group, contact type, "
        "ct, ctname, ct name, line of business, lob, department, campaign, hunt group, warteschlange, gruppe, "
        "cola, application, workload, queuetag, skill group, call type, service name, team queue",
    ),
    "offered": _of(
        NUMBER,
        "offered, calls offered, callsoffered, contacts offered, contacts queued, received, contacts received, "
        "calls received, contrcvd, origcontrcvd, incoming, incoming calls, inbound calls, calls, contacts, "
        "volume, call volume, contact volume, incoming contact volume, incomingcontactvolume, arrivals, "
        "angeboten, angebotene anrufe, anrufe, eingehend, ofrecidas, llamadas, number of calls, total calls, "
        "demand, contacts incoming, actcontrcvd, total offered, interactions offered, noffered, calls in",
    ),
    "handled": _of(
        NUMBER,
        "handled, calls handled, contacts handled, contactshandled, answered, calls answered, acdcalls, acd "
        "calls, interactions handled, conthandled, angenommen, bearbeitet, atendidas, answered calls, contacts "
        "handled incoming, total answered, total handled, calls taken, handled contacts, beantwortet, nanswered",
    ),
    "abandoned": _of(
        NUMBER,
        "abandoned, abandons, calls abandoned, contacts abandoned, abncalls, aban calls, abandoned calls, lost, "
        "lost calls, contabandoned, aufgelegt, verloren, abandonadas, aband calls, total abandoned, number "
        "abandoned, nabandoned",
    ),
    "aht_s": _of(
        DURATION,
        "aht, aht s, average handle time, averagehandletime, avg handle time, avg handle, average handling time, "
        "handle time, handling time, mean handle time, tmo, durchschnittliche bearbeitungszeit, bearbeitungszeit, "
        "avght, avg aht, average handle time seconds, aht sec, aht seconds",
    ),
    "handle_total_s": _of(
        DURATION,
        "total handle time, contact handle time, total handle time seconds, handle time total, handletime, sum "
        "handle time, total handling time, tht",
    ),
    "talk_total_s": _of(
        DURATION,
        "acdtime, acd time, total talk time, total acd time, agent interaction time, talk time",
    ),
    "wrap_total_s": _of(
        DURATION,
        "acwtime, acw time, total acw time, after contact work time, total wrap time, total after call work, wrap "
        "time, after call work time",
    ),
    "hold_total_s": _of(
        DURATION,
        "holdtime, hold time, total hold time, customer hold time",
    ),
    "asa_s": _of(
        DURATION,
        "asa, asa s, average speed of answer, avg speed of answer, average queue answer time, avg speed answer, "
        "average answer time, avg answer time, average wait, average wait time, avg wait, avg wait time, mean "
        "wait, avg queue answer time, average speed to answer, speed of answer, durchschnittliche wartezeit, "
        "wartezeit, tme, average waiting time, asa seconds, asa sec",
    ),
    "answer_total_s": _of(
        DURATION,
        "anstime, ans time, total answer time, total wait time, total speed of answer",
    ),
    "abandon_wait_s": _of(
        DURATION,
        "average queue abandon time, avg queue abandon time, average abandon time, avg abandon time, average time to "
        "abandon, avg time to abandon, ata, mean time to abandon, abandon wait s, average abandoned time, avg aban "
        "time, avg abandoned wait, durchschnittliche zeit bis zum auflegen",
    ),
    "abandon_total_s": _of(
        DURATION,
        "abntime, aban time, abandon time, total abandon time, total abandoned time",
    ),
    "service_level": _of(
        SHARE,
        "service level, servicelevel, sl, svl, sla, service level percent, sl percent, in sla, within service "
        "level, within sl, grade of service, gos, tsf, telephone service factor, nivel de servicio, sl x, percent "
        "in sl, service lvl, achieved service level, erreichbarkeit, percent serv lvl spl, service level %",
    ),
    "answered_within": _of(
        NUMBER,
        "acceptable, answered within sl, answered in sl, answered within service level, calls in sl, answered "
        "within threshold, handled in sl, handled within service level, in service level calls",
    ),
    "within_s": _of(
        DURATION,
        "within, within s, threshold, service level threshold, servicelevel s, sl threshold, service level "
        "seconds, target seconds, sl target seconds",
    ),
    "staffed": _of(
        NUMBER,
        "staffed, staff, agents, agents staffed, positions staffed, avg agents, average agents, agents logged in, "
        "logged in agents, agents on duty, staffing, headcount, fte, actual staff, avg positions staffed, "
        "agenten, agentes, average positions staffed, staffed agents, agents scheduled and staffed, actual "
        "agents, on duty",
    ),
    "staffed_total_s": _of(
        DURATION,
        "i stafftime, staff time, stafftime, total staffed time, total staff time, online time, login time, "
        "logged in time, staffed time",
    ),
    "occupancy": _of(
        SHARE,
        "occupancy, occ, utilization, utilisation, auslastung, agent occupancy, ocupacion, occupancy %",
    ),
    "media": _of(
        TEXT,
        "media type, media, channel, channeltype, channel type, mediatype, kanal, canal",
    ),
}


def normal(name: str) -> str:
    """A column's name in small letters without accents, its words parted by one blank: "CallStart_Time" ->
    "call start time"."""
    plain = name.replace("ß", "ss")
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")):
        plain = plain.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return " ".join(re.sub(r"[^a-z0-9%]+", " ", plain.lower()).split())


def solid(name: str) -> str:
    """A column's name without any blank: "row_date" and "Row Date" are both "rowdate"."""
    return normal(name).replace(" ", "")
