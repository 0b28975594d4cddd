/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

/* Each way in which an image with a right checksum can break the format, by name. */

#define TRUNCATED BAYNN_ERROR_IMAGE_TRUNCATED
#define MAGIC BAYNN_ERROR_IMAGE_MAGIC
#define FORMAT BAYNN_ERROR_IMAGE_FORMAT
#define SECTION BAYNN_ERROR_IMAGE_SECTION
#define SHAPE BAYNN_ERROR_IMAGE_SHAPE
#define VALUE BAYNN_ERROR_IMAGE_VALUE
#define WEIGHTS BAYNN_ERROR_IMAGE_WEIGHTS

static void assert_status(const char *defect, image_t image, baynn_status_t expected) {
    baynn_model_t model;
    baynn_status_t status = baynn_model_open(&model, image.data, image.bytes, baynn_parts_all);
    if (status != expected) {
        print_error("%s: %s, expected %s\n", defect, baynn_status_name(status),
                    baynn_status_name(expected));
        fail();
    }
}

/* ---- A field with a wrong value ---- */

typedef struct field {
    const char *defect;
    /** 0 stands for the header of the image; the offset is from its start. */
    uint32_t kind;
    uint32_t index;
    /** Bytes from the start of the section, the payload of which starts at 8. */
    size_t offset;
    uint32_t value;
    baynn_status_t status;
} field_t;

static const field_t fields[] = {
    {"another magic", 0, 0, 0, 0x1A4E4E43, MAGIC},
    {"no magic", 0, 0, 0, 0, MAGIC},
    {"format 0", 0, 0, 4, 0, FORMAT},
    {"format 2", 0, 0, 4, 2, FORMAT},
    {"header: reserved", 0, 0, 4, 1 | 1u << 16, VALUE},
    {"no sections", 0, 0, 12, 0, SECTION},
    {"fewer sections than there are", 0, 0, 12, 8, SECTION},
    {"more sections than there are", 0, 0, 12, 10, SECTION},
    {"a great many sections", 0, 0, 12, UINT32_MAX, SECTION},

    {"unknown section", IMAGE_NAME, 0, 0, 84, SECTION},
    {"unknown layer", IMAGE_DENSE, 0, 0, 25, SECTION},
    {"unknown head", IMAGE_SOFTMAX, 0, 0, 67, SECTION},
    {"section 0", IMAGE_INPUT, 0, 0, 0, SECTION},
    {"section: reserved", IMAGE_LABELS, 0, 0, IMAGE_LABELS | 1u << 16, VALUE},
    {"section overruns the image", IMAGE_NAME, 0, 4, 12, SECTION},
    {"section overruns the address space", IMAGE_NAME, 0, 4, 0xFFFFFFFC, SECTION},
    {"section ends before its content", IMAGE_INPUT, 0, 4, 16, SECTION},
    {"section of 0 bytes", IMAGE_POLICY, 0, 4, 0, SECTION},
    {"section not a multiple of 4", IMAGE_NAME, 0, 4, 7, SECTION},

    {"input: no elements", IMAGE_INPUT, 0, 8, 0, SHAPE},
    {"input: elements are no product", IMAGE_INPUT, 0, 8, 10, SHAPE},
    {"input: too many elements", IMAGE_INPUT, 0, 8, 65536, SHAPE},
    {"input: maximum 0", IMAGE_INPUT, 0, 12, 0, SHAPE},
    {"input: maximum 256", IMAGE_INPUT, 0, 12, 256, SHAPE},
    {"input: no height", IMAGE_INPUT, 0, 16, 0, SHAPE},
    {"input: no width", IMAGE_INPUT, 0, 20, 0, SHAPE},
    {"input: no channels", IMAGE_INPUT, 0, 24, 0, SHAPE},
    {"input: another height", IMAGE_INPUT, 0, 16, 4, SHAPE},

    {"first layer: too few inputs", IMAGE_DENSE, 0, 8, 8, SHAPE},
    {"first layer: too many inputs", IMAGE_DENSE, 0, 8, 10, SHAPE},
    {"second layer: too few inputs", IMAGE_DENSE, 1, 8, 39, SHAPE},
    {"second layer: too many inputs", IMAGE_DENSE, 1, 8, 41, SHAPE},
    {"layer: no inputs", IMAGE_DENSE, 1, 8, 0, SHAPE},
    {"layer: no outputs", IMAGE_DENSE, 2, 12, 0, SHAPE},
    {"layer: 65536 outputs", IMAGE_DENSE, 2, 12, 65536, SHAPE},
    {"layer: 2^32 - 1 outputs", IMAGE_DENSE, 2, 12, UINT32_MAX, SHAPE},
    {"layer: 2^32 - 31 outputs", IMAGE_DENSE, 2, 12, UINT32_MAX - 30, SHAPE},
    {"layer: outputs need more bytes", IMAGE_DENSE, 2, 12, 33, SECTION},
    {"layer: no states", IMAGE_DENSE, 0, 16, 0, VALUE},
    {"layer: 3 states", IMAGE_DENSE, 0, 16, 3, VALUE},
    {"layer: never drops", IMAGE_DENSE, 0, 20, 0, VALUE},
    {"layer: always drops", IMAGE_DENSE, 0, 20, 65536, VALUE},
    {"layer: drops without a state for it", IMAGE_DENSE, 2, 20, 1, VALUE},
    {"layer: a plane less", IMAGE_DENSE, 0, 24, 5, SHAPE},
    {"layer: a plane more", IMAGE_DENSE, 0, 24, 7, SHAPE},
    {"layer: reserved", IMAGE_DENSE, 0, 28, 1, VALUE},

    {"head: too few inputs", IMAGE_SOFTMAX, 0, 8, 6, SHAPE},
    {"head: too many inputs", IMAGE_SOFTMAX, 0, 8, 8, SHAPE},
    {"head: no classes", IMAGE_SOFTMAX, 0, 12, 0, SHAPE},
    {"head: 65536 classes", IMAGE_SOFTMAX, 0, 12, 65536, SHAPE},
    {"head: another number of classes", IMAGE_SOFTMAX, 0, 12, 4, SECTION},
    {"head: a plane less", IMAGE_SOFTMAX, 0, 16, 2, SHAPE},
    {"head: a plane more", IMAGE_SOFTMAX, 0, 16, 4, SHAPE},
    {"head: reserved", IMAGE_SOFTMAX, 0, 20, 1, VALUE},

    {"policy: measure 0", IMAGE_POLICY, 0, 8, 0, VALUE},
    {"policy: measure 3", IMAGE_POLICY, 0, 8, 3, VALUE},
    {"policy: rate above 1", IMAGE_POLICY, 0, 16, 65537, VALUE},
    {"policy: no samples", IMAGE_POLICY, 0, 20, 0, VALUE},

    {"answers: none", IMAGE_ANSWERS, 0, 8, 0, VALUE},
    {"answers: fewer than there are", IMAGE_ANSWERS, 0, 8, 2, SECTION},
    {"answers: more than there are", IMAGE_ANSWERS, 0, 8, 4, SECTION},
    {"answers: a count that wraps to the same size", IMAGE_ANSWERS, 0, 8, 3 + (1u << 30), SECTION},
    {"answers: 2^32 - 1", IMAGE_ANSWERS, 0, 8, UINT32_MAX, SECTION},
    {"answers: input above the maximum", IMAGE_ANSWERS, 0, 12, 5, VALUE},
    {"answers: input padding", IMAGE_ANSWERS, 0, 20, 1u << 8, VALUE},

    {"name: empty", IMAGE_NAME, 0, 8, 0, VALUE},
    {"name: padding", IMAGE_NAME, 0, 12, 'l' | 1u << 16, VALUE},
    {"name: two strings", IMAGE_NAME, 0, 8, 's' | 'm' << 16, SECTION},
};

static void wrong_fields(void **state) {
    (void)state;
    image_t image = image_small();
    for (size_t i = 0; i < COUNT(fields); i++) {
        image_t copy = image_copy(image);
        size_t section =
            fields[i].kind == 0 ? 0 : image_section(copy.data, fields[i].kind, fields[i].index);
        image_write_u32(copy.data, section + fields[i].offset, fields[i].value);
        image_reseal(copy.data);
        assert_status(fields[i].defect, copy, fields[i].status);
        image_free(copy);
    }
    image_free(image);
}

/* ---- image_bytes ---- */

static void wrong_size(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    uint32_t right = (uint32_t)image.bytes;
    image_write_u32(image.data, 8, right + 4);
    assert_status("image longer than its memory", image, TRUNCATED);
    image_write_u32(image.data, 8, 0xFFFFFFFC);
    assert_status("image much longer than its memory", image, TRUNCATED);
    /* Too small for a header and a checksum: some error. */
    static const uint32_t sizes[] = {0, 1, 3, 4, 8, 12, 15, 16, 17, 18, 19};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        image_write_u32(image.data, 8, sizes[i]);
        assert_int_not_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_all),
                             BAYNN_OK);
    }
    for (uint32_t less = 1; less < 4; less++) {
        image_t copy = image_copy(image);
        image_write_u32(copy.data, 8, right - less);
        image_reseal(copy.data);
        assert_status("size not a multiple of 4", copy, VALUE);
        image_free(copy);
    }
    image_free(image);
}

static void only_a_header(void **state) {
    (void)state;
    image_t image = {calloc(1, 20), 20};
    assert_non_null(image.data);
    image_write_u32(image.data, 0, 0x1A4E4E42u);
    image_write_u16(image.data, 4, 1);
    image_write_u32(image.data, 8, 20);
    image_reseal(image.data);
    assert_status("only a header", image, SECTION);
    image_free(image);
}

/* ---- Sections that are missing, repeated, in another order, of another size ---- */

typedef struct edit {
    const char *defect;
    void (*apply)(image_t *image);
    baynn_status_t status;
} edit_t;

static void no_input(image_t *image) {
    edit_remove_section(image, IMAGE_INPUT);
}
static void no_softmax(image_t *image) {
    edit_remove_section(image, IMAGE_SOFTMAX);
}
static void no_labels(image_t *image) {
    edit_remove_section(image, IMAGE_LABELS);
}

static void no_dense(image_t *image) {
    for (int i = 0; i < 3; i++) {
        edit_remove_section(image, IMAGE_DENSE);
    }
}

static void two_inputs(image_t *image) {
    edit_repeat_section(image, IMAGE_INPUT);
}
static void two_softmaxes(image_t *image) {
    edit_repeat_section(image, IMAGE_SOFTMAX);
}
static void two_labels(image_t *image) {
    edit_repeat_section(image, IMAGE_LABELS);
}
static void two_policies(image_t *image) {
    edit_repeat_section(image, IMAGE_POLICY);
}
static void two_answers(image_t *image) {
    edit_repeat_section(image, IMAGE_ANSWERS);
}
static void two_names(image_t *image) {
    edit_repeat_section(image, IMAGE_NAME);
}

static void dense_first(image_t *image) {
    edit_move_section(image, IMAGE_DENSE, IMAGE_INPUT);
}
static void softmax_first(image_t *image) {
    edit_move_section(image, IMAGE_SOFTMAX, IMAGE_DENSE);
}
static void labels_first(image_t *image) {
    edit_move_section(image, IMAGE_LABELS, IMAGE_SOFTMAX);
}
static void policy_first(image_t *image) {
    edit_move_section(image, IMAGE_POLICY, IMAGE_LABELS);
}
static void answers_first(image_t *image) {
    edit_move_section(image, IMAGE_ANSWERS, IMAGE_POLICY);
}
static void name_first(image_t *image) {
    edit_move_section(image, IMAGE_NAME, IMAGE_ANSWERS);
}

static void long_input(image_t *image) {
    edit_grow_section(image, IMAGE_INPUT, 4);
}
static void long_dense(image_t *image) {
    edit_grow_section(image, IMAGE_DENSE, 4);
}
static void long_softmax(image_t *image) {
    edit_grow_section(image, IMAGE_SOFTMAX, 4);
}
static void long_policy(image_t *image) {
    edit_grow_section(image, IMAGE_POLICY, 4);
}
static void long_answers(image_t *image) {
    edit_grow_section(image, IMAGE_ANSWERS, 4);
}
static void short_input(image_t *image) {
    edit_shrink_section(image, IMAGE_INPUT, 4);
}
static void short_dense(image_t *image) {
    edit_shrink_section(image, IMAGE_DENSE, 4);
}
static void short_softmax(image_t *image) {
    edit_shrink_section(image, IMAGE_SOFTMAX, 4);
}
static void short_policy(image_t *image) {
    edit_shrink_section(image, IMAGE_POLICY, 4);
}
static void short_answers(image_t *image) {
    edit_shrink_section(image, IMAGE_ANSWERS, 4);
}

static void bytes_behind(image_t *image) {
    edit_insert(image, image->bytes - 4, 4);
}

static const edit_t edits[] = {
    {"no input", no_input, SECTION},
    {"no layer", no_dense, SECTION},
    {"no head", no_softmax, SECTION},
    {"no labels", no_labels, SECTION},
    {"two inputs", two_inputs, SECTION},
    {"two heads", two_softmaxes, SECTION},
    {"two sections of labels", two_labels, SECTION},
    {"two policies", two_policies, SECTION},
    {"two sections of answers", two_answers, SECTION},
    {"two names", two_names, SECTION},
    {"layer before input", dense_first, SECTION},
    {"head before layers", softmax_first, SECTION},
    {"labels before head", labels_first, SECTION},
    {"policy before labels", policy_first, SECTION},
    {"answers before policy", answers_first, SECTION},
    {"name before answers", name_first, SECTION},
    {"input: bytes left over", long_input, SECTION},
    {"layer: bytes left over", long_dense, SECTION},
    {"head: bytes left over", long_softmax, SECTION},
    {"policy: bytes left over", long_policy, SECTION},
    {"answers: bytes left over", long_answers, SECTION},
    {"input: too short", short_input, SECTION},
    {"layer: too short", short_dense, SECTION},
    {"head: too short", short_softmax, SECTION},
    {"policy: too short", short_policy, SECTION},
    {"answers: too short", short_answers, SECTION},
    {"bytes between the last section and the checksum", bytes_behind, SECTION},
};

static void wrong_sections(void **state) {
    (void)state;
    image_t image = image_small();
    for (size_t i = 0; i < COUNT(edits); i++) {
        image_t copy = image_copy(image);
        edits[i].apply(&copy);
        image_reseal(copy.data);
        assert_status(edits[i].defect, copy, edits[i].status);
        image_free(copy);
    }
    image_free(image);
}

/* Sections that may occur need not. */
static void optional_sections(void **state) {
    (void)state;
    static const uint32_t kinds[] = {IMAGE_POLICY, IMAGE_ANSWERS, IMAGE_NAME};
    for (uint32_t without = 0; without < 8; without++) {
        image_t image = image_small();
        for (uint32_t i = 0; i < 3; i++) {
            if ((without >> i & 1u) != 0) {
                edit_remove_section(&image, kinds[i]);
            }
        }
        image_reseal(image.data);
        assert_status("without optional sections", image, BAYNN_OK);
        image_free(image);
    }
}

/* ---- Numbers of layers, sites and classes ---- */

static void one_class_is_no_choice(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{3, 1, 0}};
    image_spec_t spec = {.height = 1,
                         .width = 1,
                         .channels = 1,
                         .maximum = 1,
                         .layers = layers,
                         .layer_count = 1,
                         .classes = 1};
    image_t image = image_make(&spec);
    assert_status("one class", image, SHAPE);
    image_free(image);
}

static image_t image_deep(uint32_t layer_count, uint32_t sites) {
    image_layer_t layers[65];
    for (uint32_t i = 0; i < layer_count; i++) {
        layers[i] = i < sites ? (image_layer_t){3, 2, 1000} : (image_layer_t){3, 1, 0};
    }
    image_spec_t spec = {.height = 1,
                         .width = 1,
                         .channels = 3,
                         .maximum = 1,
                         .layers = layers,
                         .layer_count = layer_count,
                         .classes = 2};
    return image_make(&spec);
}

static void layers_and_sites_are_limited(void **state) {
    (void)state;
    image_t image = image_deep(64, 32);
    assert_status("64 layers, 32 sites", image, BAYNN_OK);
    image_free(image);
    image = image_deep(65, 0);
    assert_status("65 layers", image, SECTION);
    image_free(image);
    image = image_deep(64, 33);
    assert_status("33 sites", image, SHAPE);
    image_free(image);
}

static void answers_need_few_sites(void **state) {
    (void)state;
    for (uint32_t sites = 9; sites <= 12; sites++) {
        image_layer_t layers[12];
        for (uint32_t i = 0; i < sites; i++) {
            layers[i] = (image_layer_t){3, 2, 1000};
        }
        image_spec_t spec = {.height = 1,
                             .width = 1,
                             .channels = 3,
                             .maximum = 1,
                             .layers = layers,
                             .layer_count = sites,
                             .classes = 2,
                             .answer_count = 1,
                             .answer = naive_answer};
        image_t image = image_make(&spec);
        assert_status("answers", image, sites <= 10 ? BAYNN_OK : SHAPE);
        image_free(image);
    }
}

/* ---- Bits of layers ---- */

static void expect_flipped(image_t image, const char *defect, size_t offset, uint32_t bit,
                           baynn_status_t status) {
    image_t copy = image_copy(image);
    edit_flip(&copy, offset, bit);
    image_reseal(copy.data);
    assert_status(defect, copy, status);
    image_free(copy);
}

/* Flips every bit of a bit matrix; lanes and up are padding. */
static void expect_flipped_matrix(image_t image, const char *defect, size_t start, size_t end,
                                  const image_parts_t *parts, uint32_t lanes,
                                  baynn_status_t inside) {
    for (size_t row = start; row < end; row += parts->row_bytes) {
        for (uint32_t lane = 0; lane < parts->row_bytes * 8; lane++) {
            baynn_status_t status = lane < lanes ? inside : WEIGHTS;
            expect_flipped(image, lane < lanes ? defect : "padding lane", row, lane, status);
        }
    }
}

static void contradicting_bits(void **state) {
    (void)state;
    image_t image = image_small();
    static const uint32_t lanes[] = {40, 33, 7};
    for (uint32_t i = 0; i < 3; i++) {
        image_parts_t parts = image_dense_parts(image.data, i);
        /* Only totals can tell a wrong weight. */
        size_t zeros = parts.totals - parts.row_bytes;
        expect_flipped_matrix(image, "layer: weight", parts.weights, zeros, &parts, lanes[i],
                              i == 0 ? BAYNN_OK : WEIGHTS);
        expect_flipped_matrix(image, "layer: row of zeros", zeros, parts.totals, &parts, 0,
                              WEIGHTS);
        expect_flipped_matrix(image, "layer: total", parts.totals, parts.thresholds, &parts,
                              lanes[i], WEIGHTS);
        expect_flipped_matrix(image, "layer: inversion", parts.inversions, parts.end, &parts,
                              lanes[i], BAYNN_OK);
        for (size_t row = parts.thresholds; row < parts.inversions; row += parts.row_bytes) {
            for (uint32_t lane = lanes[i]; lane < parts.row_bytes * 8; lane++) {
                expect_flipped(image, "layer: padding threshold", row, lane, WEIGHTS);
            }
        }
    }
    image_parts_t parts = image_softmax_parts(image.data);
    size_t zeros = parts.totals - parts.row_bytes;
    expect_flipped_matrix(image, "head: weight", parts.weights, zeros, &parts, 3, WEIGHTS);
    expect_flipped_matrix(image, "head: row of zeros", zeros, parts.totals, &parts, 0, WEIGHTS);
    expect_flipped_matrix(image, "head: total", parts.totals, parts.thresholds, &parts, 3, WEIGHTS);
    image_free(image);
}

/* ---- Scales and biases: n |scale| + |bias| < 2^31, with n = 7 ---- */

static void head_is_bounded(void **state) {
    (void)state;
    static const struct {
        uint32_t scale;
        uint32_t bias;
        baynn_status_t status;
    } pairs[] = {
        {0, 0x7FFFFFFF, BAYNN_OK},
        {0, 0x80000001, BAYNN_OK},
        {0, 0x80000000, VALUE},
        {0x80000000, 0, VALUE},
        {0x80000000, 0x80000000, VALUE},
        {0x7FFFFFFF, 0x7FFFFFFF, VALUE},
        {306783378, 1, BAYNN_OK},
        {306783378, 2, VALUE},
        {306783378, UINT32_MAX, BAYNN_OK},
        {306783378, UINT32_MAX - 1, VALUE},
        {0u - 306783378u, 1, BAYNN_OK},
        {0u - 306783378u, 2, VALUE},
        {306783379, 0, VALUE},
        {613566757, 0, VALUE}, /* 7 times that is 3 modulo 2^32 */
    };
    image_t image = image_small();
    image_parts_t parts = image_softmax_parts(image.data);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        for (size_t k = 0; k < 3; k++) {
            image_t copy = image_copy(image);
            image_write_u32(copy.data, parts.thresholds + k * 8, pairs[i].scale);
            image_write_u32(copy.data, parts.thresholds + k * 8 + 4, pairs[i].bias);
            image_reseal(copy.data);
            assert_status("scale and bias", copy, pairs[i].status);
            image_free(copy);
        }
    }
    image_free(image);
}

/* ---- Strings ---- */

/* Labels of a model of 3 classes; the payload is text, of bytes bytes. */
static void expect_labels(const char *defect, const char *text, size_t bytes,
                          baynn_status_t status) {
    image_t image = image_small();
    size_t section = image_section(image.data, IMAGE_LABELS, 0);
    edit_shrink_section(&image, IMAGE_LABELS, edit_section_bytes(&image, section) - 8);
    edit_grow_section(&image, IMAGE_LABELS, bytes);
    memcpy(image.data + section + 8, text, bytes);
    image_reseal(image.data);
    assert_status(defect, image, status);
    image_free(image);
}

static void labels_are_checked(void **state) {
    (void)state;
    expect_labels("no padding", "a\0b\0cde", 8, BAYNN_OK);
    expect_labels("3 bytes of padding", "a\0b\0cdefg\0\0\0", 13 - 1, BAYNN_OK);
    expect_labels("any bytes", "\xFF\0\x80\0\xC3\0\0", 8, BAYNN_OK);
    expect_labels("4 bytes of padding", "a\0b\0cde\0\0\0\0", 12, SECTION);
    expect_labels("padding not zero", "a\0b\0c\0x", 8, VALUE);
    expect_labels("empty payload", "", 0, VALUE);
    expect_labels("a label less", "a\0bcdef", 8, VALUE);
    expect_labels("last label not ended", "a\0b\0cdef", 8, VALUE);
    expect_labels("no zero byte", "abcdefgh", 8, VALUE);
    expect_labels("first label empty", "\0b\0cdef", 8, VALUE);
    expect_labels("second label empty", "a\0\0cdef", 8, VALUE);
    expect_labels("last label empty", "a\0bcde\0", 8, VALUE);
    expect_labels("all labels empty", "\0\0\0", 4, VALUE);
}

static void expect_name(const char *defect, const char *text, size_t bytes, baynn_status_t status) {
    image_t image = image_small();
    size_t section = image_section(image.data, IMAGE_NAME, 0);
    edit_shrink_section(&image, IMAGE_NAME, edit_section_bytes(&image, section) - 8);
    edit_grow_section(&image, IMAGE_NAME, bytes);
    memcpy(image.data + section + 8, text, bytes);
    image_reseal(image.data);
    assert_status(defect, image, status);
    image_free(image);
}

static void name_is_checked(void **state) {
    (void)state;
    expect_name("no padding", "abc", 4, BAYNN_OK);
    expect_name("3 bytes of padding", "abcd\0\0\0", 8, BAYNN_OK);
    expect_name("4 bytes of padding", "abc\0\0\0\0", 8, SECTION);
    expect_name("empty payload", "", 0, VALUE);
    expect_name("not ended", "abcd", 4, VALUE);
    expect_name("empty", "\0\0\0", 4, VALUE);
    expect_name("padding not zero", "ab\0c", 4, VALUE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_fields),
        cmocka_unit_test(wrong_size),
        cmocka_unit_test(only_a_header),
        cmocka_unit_test(wrong_sections),
        cmocka_unit_test(optional_sections),
        cmocka_unit_test(one_class_is_no_choice),
        cmocka_unit_test(layers_and_sites_are_limited),
        cmocka_unit_test(answers_need_few_sites),
        cmocka_unit_test(contradicting_bits),
        cmocka_unit_test(head_is_bounded),
        cmocka_unit_test(labels_are_checked),
        cmocka_unit_test(name_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
