#include "BareLoop.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROOMS = 500, MEMBERS = 10, RUN = 10000 };

typedef struct {
    int64_t room, offset, seq, log_id, key_high, key_low, user;
} row;

static int by_room(const void *a, const void *b) {
    const row *x = a, *y = b;
    if (x->room != y->room) return x->room < y->room ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int by_key(const void *a, const void *b) {
    const row *x = a, *y = b;
    if (x->key_high != y->key_high) return x->key_high < y->key_high ? -1 : 1;
    return (x->key_low > y->key_low) - (x->key_low < y->key_low);
}

// As the store's: the log in the order of commits, the two indexes that a message belongs to.
static const char *schema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
    "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000;"
    "CREATE TABLE log (id INTEGER PRIMARY KEY, room INTEGER NOT NULL, offset INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " at INTEGER NOT NULL, kind INTEGER NOT NULL, user INTEGER, key_high INTEGER, key_low INTEGER, text TEXT,"
    " target INTEGER, previous INTEGER, version INTEGER);"
    "CREATE TABLE room_index (room INTEGER NOT NULL, offset INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " log_id INTEGER NOT NULL, PRIMARY KEY (room, offset)) WITHOUT ROWID;"
    "CREATE TABLE key_index (key_high INTEGER NOT NULL, key_low INTEGER NOT NULL, user INTEGER NOT NULL,"
    " body INTEGER NOT NULL, room INTEGER NOT NULL, seq INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " PRIMARY KEY (key_high, key_low, user)) WITHOUT ROWID;";

static int step(sqlite3_stmt *statement) {
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

static void bind(sqlite3_stmt *statement, int count, const int64_t *values) {
    for (int i = 0; i < count; i++) sqlite3_bind_int64(statement, i + 1, values[i]);
}

static int index_rows(sqlite3 *db, sqlite3_stmt *rooms, sqlite3_stmt *keys, row *rows, int64_t count) {
    int result = sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0);
    qsort(rows, count, sizeof(row), by_room);
    for (int64_t i = 0; i < count && result == SQLITE_OK; i++) {
        bind(rooms, 4, (int64_t[]){rows[i].room, rows[i].offset, rows[i].seq, rows[i].log_id});
        result = step(rooms);
    }
    qsort(rows, count, sizeof(row), by_key);
    for (int64_t i = 0; i < count && result == SQLITE_OK; i++) {
        bind(keys, 7, (int64_t[]){rows[i].key_high, rows[i].key_low, rows[i].user, i, rows[i].room, rows[i].seq,
                                  rows[i].offset});
        result = step(keys);
    }
    return result == SQLITE_OK ? sqlite3_exec(db, "COMMIT", 0, 0, 0) : result;
}

int bare_loop(const char *path, int64_t count, int64_t batch, int looks_up) {
    static row rows[RUN];
    static int64_t offsets[ROOMS];
    char text[65];
    memset(text, 'x', 64);
    memset(offsets, 0, sizeof offsets);
    uint64_t random = 1;
    int64_t waiting = 0;
    sqlite3 *db = 0;
    sqlite3_stmt *log = 0, *rooms = 0, *keys = 0, *known = 0;
    int result = sqlite3_open(path, &db);
    if (result == SQLITE_OK) result = sqlite3_exec(db, schema, 0, 0, 0);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v2(
            db,
            "INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text)"
            " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)", -1, &log, 0);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO room_index VALUES (?, ?, ?, ?)", -1, &rooms, 0);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO key_index VALUES (?, ?, ?, ?, ?, ?, ?)", -1, &keys, 0);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v2(
            db, "SELECT body, room, seq, offset FROM key_index WHERE key_high = ? AND key_low = ? AND user = ?", -1,
            &known, 0);
    for (int64_t i = 0; i < count && result == SQLITE_OK; i++) {
        if (i % batch == 0) result = sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0);
        int64_t room = i % ROOMS, user = (room + i / ROOMS % MEMBERS) % 100;
        // The time in front, as in a UUID of version 7; the rest by chance.
        random = random * 6364136223846793005u + 1442695040888963407u;
        row *next = &rows[waiting++];
        *next = (row){room, ++offsets[room], offsets[room], i + 1, (1780000000000 + i / batch * 5) << 16 | 0x7000,
                      (int64_t)random, user};
        bind(known, 3, (int64_t[]){next->key_high, next->key_low, user});
        if (looks_up && result == SQLITE_OK) result = step(known);
        bind(log, 8, (int64_t[]){next->log_id, room, next->offset, next->seq, 1780000000000, user, next->key_high,
                                 next->key_low});
        sqlite3_bind_text(log, 9, text, 64, SQLITE_TRANSIENT);
        if (result == SQLITE_OK) result = step(log);
        if (((i + 1) % batch == 0 || i + 1 == count) && result == SQLITE_OK) {
            result = sqlite3_exec(db, "COMMIT", 0, 0, 0);
            if ((waiting + batch > RUN || i + 1 == count) && result == SQLITE_OK) {
                result = index_rows(db, rooms, keys, rows, waiting);
                waiting = 0;
            }
        }
    }
    sqlite3_finalize(log);
    sqlite3_finalize(rooms);
    sqlite3_finalize(keys);
    sqlite3_finalize(known);
    sqlite3_close(db);
    return result;
}
