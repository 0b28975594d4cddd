/* SPDX-License-Identifier: Apache-2.0
 *
 * BayNN: Bayesian binary neural networks for embedded devices.
 *
 *     static baynn_model_t model;
 *     static uint64_t storage[512];
 *     baynn_session_t *session;
 *     baynn_prediction_t prediction = BAYNN_INIT(baynn_prediction_t);
 *
 *     baynn_model_open(&model, image, image_bytes, baynn_parts_all);
 *     baynn_session_init(storage, sizeof storage, &model, NULL, &session);
 *     baynn_infer(session, input, input_bytes, &prediction);
 *
 * The contract, which holds for every function:
 *
 * Memory. The library allocates nothing and has no mutable globals. A session
 * lives in storage that the caller provides: ask for its size, initialise it in
 * place, and neither move nor touch it while it is in use; to end it, reuse the
 * memory. A model image is used where it lies (flash, for example): it stays
 * there, unchanged, as long as a model, session or self-test refers to it.
 *
 * Threads. Functions may run at the same time on different objects. One object is
 * used by one thread at a time. An open model is only read, so any number of
 * sessions may share it. Every function may be called from an interrupt.
 *
 * Pointers. A NULL pointer is BAYNN_ERROR_NULL unless the argument is described as
 * optional. A model, session, self-test or any other object or structure of the library that is
 * not aligned as its type is BAYNN_ERROR_ALIGNMENT. Arguments do not overlap.
 *
 * Errors. Functions return a baynn_status_t: BAYNN_OK or a negative value, which has a name
 * unless a driver, a bus or a device has made it up. Results are written only on success, unless
 * described otherwise, and an error leaves every object as it was. Images and inputs may come
 * from anywhere: any bytes end in a status, never in a trap, a hang or an access outside of the
 * memory given. That holds for an image that is damaged after it was opened, too: results may
 * then be wrong, until the self-test says so. Open models and the state of sessions are sealed:
 * a flipped bit there is BAYNN_ERROR_STATE. One in a session's data may change the numbers of the
 * inference under way, and of no other. Other objects that the library has initialised are
 * trusted.
 *
 * Structures. The first member of a structure that the caller fills in or receives is
 * struct_bytes, set by the caller to sizeof of that structure before the call; BAYNN_INIT does so.
 * A structure only ever grows at its end: baynn/structure.h says how programs and libraries of
 * different versions get along. In a configuration zero means the default.
 *
 * Numbers. The results are integers and the same bits on every machine. A suffix
 * names the unit: _q31 counts 2^-31 (a probability: 0 to 2^31 stands for 0 to 1),
 * _q16 counts 2^-16 (entropies: in nats).
 */
#ifndef BAYNN_H
#define BAYNN_H

#include "baynn/checksum.h"
#include "baynn/cim.h"
#include "baynn/cim_driver.h"
#include "baynn/cim_emulator.h"
#include "baynn/cim_energy.h"
#include "baynn/cim_registers.h"
#include "baynn/model.h"
#include "baynn/parts.h"
#include "baynn/self_test.h"
#include "baynn/session.h"
#include "baynn/status.h"
#include "baynn/structure.h"
#include "baynn/version.h"

#endif
