/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* for REG_EFL */

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "vectors.h"

/* An image that changes while it is read: whatever comes of it, nothing is written behind the
 * storage of a session, which has the size that was asked for before. */

/* A layer may have turned into one of a kind that there is no part for. */
static int is_known_error(baynn_status_t status) {
    return status == BAYNN_ERROR_STORAGE || status == BAYNN_ERROR_PART ||
           (status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS);
}

static const baynn_session_config_t configs[] = {{.struct_bytes = sizeof(baynn_session_config_t)},
                                                 {.struct_bytes = sizeof(baynn_session_config_t),
                                                  .posterior = BAYNN_POSTERIOR_SAMPLED,
                                                  .memory = BAYNN_MEMORY_MINIMAL,
                                                  .passes = 3}};

/* A session in storage of a size that was told earlier, and some steps of it. */
static baynn_status_t use(const vector_network_t *network, const baynn_model_t *model,
                          const baynn_session_config_t *config, const fence_t *storage) {
    baynn_session_t *session = NULL;
    baynn_status_t status =
        baynn_session_init(storage->memory, storage->bytes, model, config, &session);
    fence_check(storage);
    assert_of(network, status == BAYNN_OK || is_known_error(status));
    return status;
}

static void infer(const vector_network_t *network, const fence_t *storage) {
    baynn_session_t *session = (baynn_session_t *)storage->memory;
    uint32_t finished = 0;
    assert_of(network,
              baynn_infer_begin(session, network->inputs[0], network->input_bytes) == BAYNN_OK);
    for (int step = 0; step < 40 && finished == 0; step++) {
        assert_of(network, baynn_infer_step(session, 100, &finished) == BAYNN_OK);
    }
    fence_check(storage);
}

/* ---- Any word of a layer is another one when the session is made ---- */

static const uint32_t values[] = {0, 1, 2, 64, 255, 1 << 15, 65535, 1 << 20, UINT32_MAX};

static void any_word_after_the_size_was_told(void **state) {
    (void)state;
    uint32_t count;
    uint32_t made = 0, refused = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        image_t image = image_copy(network->image);
        baynn_model_t model = model_open(image);
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(network->image, layers);
        size_t bytes = 0;
        const baynn_session_config_t *config = &configs[i % COUNT(configs)];
        assert_of(network, baynn_session_storage_bytes(&model, config, &bytes) == BAYNN_OK);
        fence_t storage = fence_make(bytes, BAYNN_STORAGE_ALIGNMENT);
        for (uint32_t l = 0; l < layer_count; l++) {
            /* The head of the section, too. */
            uint32_t words = 2 + vector_header_words(layers[l].kind);
            for (uint32_t w = 0; w < words * COUNT(values); w++) {
                size_t offset = layers[l].section + 4 * (size_t)(w % words);
                uint32_t old = image_read_u32(image.data, offset);
                image_write_u32(image.data, offset, values[w / words]);
                baynn_status_t status = use(network, &model, config, &storage);
                made += status == BAYNN_OK;
                refused += status != BAYNN_OK;
                if (status == BAYNN_OK) {
                    infer(network, &storage);
                }
                image_write_u32(image.data, offset, old);
            }
        }
        assert_of(network, use(network, &model, config, &storage) == BAYNN_OK);
        fence_free(storage);
        image_free(image);
    }
    print_message("%u made, %u refused\n", made, refused);
    assert_true(made > 100 && refused > 10000);
}

/* ---- A word is another one from some read on ---- */

#if defined(__x86_64__) && defined(__linux__)

/* Every read of the image traps: the page can be read for one instruction, and the processor
 * stops behind it. */
enum { READS_MAX = 1000 };

typedef struct trap {
    uint8_t *pages;
    size_t bytes;
    /* Which words were read, by their offsets. */
    uint32_t offsets[READS_MAX];
    /* Reads so far, and the one before which the word that is read changes. */
    volatile uint32_t reads;
    volatile uint32_t changes_at;
    volatile uint32_t value;
    /* It changes back after that read. */
    volatile int is_once;
    uint8_t *volatile changed;
    volatile uint32_t old;
    struct sigaction segv, step;
} trap_t;

static trap_t trap;

static void change(uint8_t *address) {
    trap.changed = address;
    memcpy((void *)&trap.old, address, sizeof trap.old);
    memcpy(address, (const void *)&trap.value, sizeof trap.old);
}

static void restore(void) {
    if (trap.changed != NULL) {
        memcpy(trap.changed, (const void *)&trap.old, sizeof trap.old);
        trap.changed = NULL;
    }
}

static void on_read(int signal_number, siginfo_t *info, void *context) {
    uint8_t *address = info->si_addr;
    if (address < trap.pages || address >= trap.pages + trap.bytes) {
        /* A real one: whoever handled it before does so when it comes again. */
        sigaction(signal_number, &trap.segv, NULL);
        return;
    }
    if (trap.reads < READS_MAX) {
        trap.offsets[trap.reads] = (uint32_t)(address - trap.pages) & ~3u;
    }
    trap.reads += 1;
    mprotect(trap.pages, trap.bytes, PROT_READ | PROT_WRITE);
    if (trap.reads == trap.changes_at) {
        change((uint8_t *)((uintptr_t)address & ~(uintptr_t)3));
    }
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] |= 0x100;
}

static void on_step(int signal_number, siginfo_t *info, void *context) {
    (void)signal_number;
    (void)info;
    if (trap.is_once) {
        restore();
    }
    mprotect(trap.pages, trap.bytes, PROT_NONE);
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~0x100ll;
}

static void trap_make(image_t image) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    memset(&trap, 0, sizeof trap);
    trap.bytes = (image.bytes + page - 1) / page * page;
    trap.pages = mmap(NULL, trap.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(trap.pages != MAP_FAILED);
    memcpy(trap.pages, image.data, image.bytes);
    struct sigaction action = {.sa_sigaction = on_read, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &action, &trap.segv);
    action.sa_sigaction = on_step;
    sigaction(SIGTRAP, &action, &trap.step);
}

static void trap_free(void) {
    sigaction(SIGSEGV, &trap.segv, NULL);
    sigaction(SIGTRAP, &trap.step, NULL);
    munmap(trap.pages, trap.bytes);
}

/* A session is made, and the image trapped meanwhile; returns how often it was read. */
static uint32_t use_trapped(const vector_network_t *network, const baynn_model_t *model,
                            const baynn_session_config_t *config, const fence_t *storage,
                            baynn_status_t *status) {
    trap.reads = 0;
    mprotect(trap.pages, trap.bytes, PROT_NONE);
    *status = use(network, model, config, storage);
    mprotect(trap.pages, trap.bytes, PROT_READ | PROT_WRITE);
    return trap.reads;
}

/* The kind of section that a field belongs to, and which of its words it is; 0 if a word is not a
 * field of a layer or head. */
static uint32_t field_of(image_t image, size_t offset, uint32_t *word) {
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    const uint32_t count = vector_layers(image, layers);
    for (uint32_t l = 0; l < count; l++) {
        const size_t end = layers[l].section + 8 + 4 * vector_header_words(layers[l].kind);
        if (offset >= layers[l].section && offset < end) {
            *word = (uint32_t)(offset - layers[l].section) / 4;
            return layers[l].kind;
        }
    }
    for (uint32_t kind = IMAGE_SOFTMAX; kind <= IMAGE_REGRESSION; kind++) {
        const size_t head = image_section(image.data, kind, 0);
        if (head != 0 && offset >= head && offset < head + 24) {
            *word = (uint32_t)(offset - head) / 4;
            return kind;
        }
    }
    return 0;
}

/* How often the word of a read was read before. */
static uint32_t times_before(uint32_t read) {
    uint32_t times = 0;
    for (uint32_t before = 0; before < read; before++) {
        times += trap.offsets[before] == trap.offsets[read];
    }
    return times;
}

/* Whether a read is one of a field that was read before, and there were few like it among the
 * networks so far. */
static int is_new(image_t image, uint32_t read) {
    enum { LIKE_IT = 3 };
    static uint8_t seen[IMAGE_REGRESSION + 1][32][8];
    uint32_t word = 0;
    const uint32_t kind = field_of(image, trap.offsets[read], &word);
    const uint32_t times = times_before(read);
    if (kind == 0 || times == 0 || times >= 8 || seen[kind][word][times] == LIKE_IT) {
        return 0;
    }
    seen[kind][word][times]++;
    return 1;
}

typedef struct tally {
    uint32_t again;
    uint32_t made;
    uint32_t refused;
} tally_t;

/* The word of a read changes before it, for good or for that read alone. */
static void change_before(const vector_network_t *network, const baynn_model_t *model,
                          const baynn_session_config_t *config, const fence_t *storage,
                          uint32_t read, tally_t *tally) {
    const uint32_t old = image_read_u32(network->image.data, trap.offsets[read]);
    for (uint32_t v = 0; v < 2 * (COUNT(values) + 2); v++) {
        baynn_status_t status;
        trap.changes_at = read + 1;
        trap.value = v / 2 < COUNT(values)    ? values[v / 2]
                     : v / 2 == COUNT(values) ? old + 1
                                              : old - 1;
        trap.is_once = v % 2 == 1;
        use_trapped(network, model, config, storage, &status);
        tally->made += status == BAYNN_OK;
        tally->refused += status != BAYNN_OK;
        if (status == BAYNN_OK) {
            infer(network, storage);
        }
        restore();
        trap.changes_at = 0;
    }
}

/* What has been read once and is read again may be another word by then. */
static void any_word_between_two_reads(void **state) {
    (void)state;
    uint32_t count;
    tally_t tally = {0, 0, 0};
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        const baynn_session_config_t *config = &configs[i % COUNT(configs)];
        trap_make(network->image);
        baynn_model_t model;
        assert_of(network, baynn_model_open(&model, trap.pages, network->image.bytes,
                                            baynn_parts_all) == BAYNN_OK);
        size_t bytes = 0;
        assert_of(network, baynn_session_storage_bytes(&model, config, &bytes) == BAYNN_OK);
        fence_t storage = fence_make(bytes, BAYNN_STORAGE_ALIGNMENT);
        baynn_status_t status;
        const uint32_t reads = use_trapped(network, &model, config, &storage, &status);
        assert_of(network, status == BAYNN_OK && reads > 0);
        /* Many reads are those of weights. */
        for (uint32_t read = 0; reads <= READS_MAX && read < reads; read++) {
            if (is_new(network->image, read)) {
                tally.again++;
                change_before(network, &model, config, &storage, read, &tally);
                /* As they were: a changed image may have been read in another order. */
                use_trapped(network, &model, config, &storage, &status);
            }
        }
        fence_free(storage);
        trap_free();
    }
    print_message("%u words read again: %u made, %u refused\n", tally.again, tally.made,
                  tally.refused);
    assert_true(tally.again > 50 && tally.made > 100 && tally.refused > 1000);
}

#else

static void any_word_between_two_reads(void **state) {
    (void)state;
    skip();
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_word_after_the_size_was_told),
        cmocka_unit_test(any_word_between_two_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
