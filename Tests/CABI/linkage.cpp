/* SPDX-License-Identifier: Apache-2.0 */
#include <cstddef>
#include <cstdint>

#include "baynn.h"

/* From C++ the functions have C linkage: two declarations of one entity must agree on it. */
extern "C" std::uint32_t baynn_version(void);
extern "C" const char *baynn_status_name(baynn_status_t status);

baynn_status_t probe(baynn_session_t *session, const std::uint8_t *input, std::size_t bytes);

baynn_status_t probe(baynn_session_t *session, const std::uint8_t *input, std::size_t bytes) {
    baynn_prediction_t prediction{};
    prediction.struct_bytes = sizeof prediction;
    return baynn_infer(session, input, bytes, &prediction);
}
