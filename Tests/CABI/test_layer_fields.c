/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_rules.h"

/* Every rule about a field, in every layer of its kind among the networks of the vectors. */

static void write_word(image_t image, const vector_layer_t *layer, const rule_t *rule) {
    uint32_t old = vector_word(image, layer, rule->word);
    uint32_t value = rule->edit == SET    ? rule->value
                     : rule->edit == ADD  ? old + rule->value
                     : rule->edit == FLIP ? old ^ rule->value
                                          : layer->tensor;
    image_write_u32(image.data, layer->section + 8 + 4 * (size_t)rule->word, value);
}

static void apply(const vector_network_t *network, const vector_layer_t *layer,
                  const rule_t *rule) {
    image_t copy = image_copy(network->image);
    write_word(copy, layer, rule);
    image_reseal(copy.data);
    baynn_status_t status = model_open_damaged(copy.data, copy.bytes);
    if (status != rule->status) {
        print_error("%s: layer %u of kind %u, word %u (rule %td): %s, expected %s\n", network->name,
                    layer->tensor, rule->kind, rule->word, rule - rules, baynn_status_name(status),
                    baynn_status_name(rule->status));
        fail();
    }
    image_free(copy);
}

/* Layers and head of a network. */
static uint32_t sections_of(image_t image, vector_layer_t sections[VECTOR_LAYERS_MAX + 1]) {
    uint32_t count = vector_layers(image, sections);
    for (uint32_t kind = IMAGE_CLASSIFICATION; kind <= IMAGE_REGRESSION; kind++) {
        size_t head = image_section(image.data, kind, 0);
        if (head != 0) {
            sections[count++] = (vector_layer_t){.kind = kind, .section = head};
        }
    }
    return count;
}

static void every_field_is_checked(void **state) {
    (void)state;
    uint32_t count;
    uint32_t applied[COUNT(rules)] = {0};
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        vector_layer_t sections[VECTOR_LAYERS_MAX + 1];
        uint32_t sections_count = sections_of(networks[i].image, sections);
        for (uint32_t s = 0; s < sections_count; s++) {
            for (size_t r = 0; r < COUNT(rules); r++) {
                const rule_t *rule = &rules[r];
                if (rule->kind == sections[s].kind &&
                    (rule->if_word == ANY_WORD || vector_word(networks[i].image, &sections[s],
                                                              rule->if_word) == rule->if_value)) {
                    apply(&networks[i], &sections[s], rule);
                    applied[r]++;
                }
            }
        }
    }
    for (size_t r = 0; r < COUNT(rules); r++) {
        if (applied[r] == 0) {
            print_error("no layer for rule %zu\n", r);
            fail();
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
