# SPDX-License-Identifier: Apache-2.0
#
# Programs for a Cortex-M4, included by the Makefile at the root, which sets HOST, M4, M4_SPEED
# (folders of archives), MODEL, HELD_OUT, MODEL_IMAGES, HEADERS and WARNINGS.

M4_GCC := arm-none-eabi-gcc
M4_BOARD := Firmware/mps2-an386
M4_CPU := -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -mno-unaligned-access
M4_FLAGS := -std=c11 -Os -g -ffunction-sections -fdata-sections $(M4_CPU) $(WARNINGS) \
	-DMODEL_FILE='"$(MODEL)"' -DHELD_OUT_FILE='"$(HELD_OUT)"' \
	-Iinclude -IFirmware/Common -IExamples/digits -IExamples/models
# A section that the linker script does not name is an error. The objects of C and Swift
# differ in the size of an enum, which no function of the interface takes. The C library's
# assembly does not say that it needs no executable stack.
M4_LINK = -nostartfiles --specs=nano.specs -T $(M4_BOARD)/mps2-an386.ld -Wl,--gc-sections \
	-Wl,--orphan-handling=error -Wl,--no-enum-size-warning -Wl,-z,noexecstack \
	-Wl,-Map=$(@:.elf=.map)

M4_COMMON := $(addprefix Firmware/Common/,\
	console.c semihosting.c fault.c memory_functions.c embedded_files.S) \
	$(M4_BOARD)/startup.c
M4_DIGITS := $(wildcard Firmware/digits/*.c) Firmware/Common/stack.c \
	Firmware/Common/self_test_lines.c \
	Examples/digits/evaluate.c Examples/digits/self_test_names.c
# What the program for arrays is made of, on every machine.
CIM_PROGRAM := $(wildcard Firmware/cim/*.c) Firmware/Common/self_test_lines.c \
	Examples/digits/evaluate.c Examples/digits/self_test_names.c \
	$(wildcard Tests/Conformance/*.c)
M4_MODELS := $(wildcard Firmware/models/*.c Firmware/models/*.S) \
	$(filter-out %/models.c,$(wildcard Examples/models/*.c))
M4_BENCHMARK := $(wildcard Firmware/benchmark/*.c) Firmware/Common/instruction_counter.c \
	Firmware/cim/device.c Firmware/cim/bus_watch.c \
	Firmware/models/embedded_images.S Tests/Support/image_builder.c Tests/Support/image_fields.c
# Whatever else a program may depend on.
M4_INPUTS := $(M4_BOARD)/mps2-an386.ld $(MODEL) $(HELD_OUT) $(HEADERS) \
	$(wildcard Firmware/*/*.h Examples/*/*.h Tests/Support/include/*.h Tests/Conformance/*.h) \
	Firmware/firmware.mk

$(M4)/digits.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_DIGITS) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(M4_LINK) $(M4_COMMON) $(M4_DIGITS) $< -o $@

# What a program holds of the library: with the parts for dense layers, and with all of them.
M4_SMALLEST := Firmware/smallest/main.c Examples/digits/evaluate.c
$(M4)/smallest.elf $(M4)/smallest-all.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_SMALLEST) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(if $(findstring -all,$@),-DPARTS=baynn_parts_all) $(M4_LINK) \
	  $(M4_COMMON) $(M4_SMALLEST) $< -o $@

$(M4)/benchmark.elf $(M4_SPEED)/benchmark.elf: %/benchmark.elf: %/libbaynn.a \
		$(M4_COMMON) $(M4_BENCHMARK) $(M4_INPUTS) %/embedded_images.inc $(MODEL_IMAGES)
	$(M4_GCC) $(M4_FLAGS) -I$(@D) -IFirmware/models -IFirmware/cim -ITests/Support/include \
	  $(M4_LINK) \
	  $(M4_COMMON) $(M4_BENCHMARK) $< -o $@

$(M4)/models.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_MODELS) $(M4_INPUTS) \
		$(M4)/embedded_images.inc $(MODEL_IMAGES)
	$(M4_GCC) $(M4_FLAGS) -I$(@D) $(M4_LINK) $(M4_COMMON) $(M4_MODELS) $< -o $@

$(M4)/cim.elf: $(M4)/libbaynn.a $(M4_COMMON) $(CIM_PROGRAM) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) -DMACHINE='"cortex-m4"' -ITests/Conformance $(M4_LINK) \
	  $(M4_COMMON) $(CIM_PROGRAM) Firmware/Common/stack.c $< -o $@

# Linked for its size; the board has no such device.
M4_SILICON := $(wildcard Firmware/silicon/*.c) Firmware/Common/self_test_lines.c \
	Examples/digits/self_test_names.c
$(M4)/silicon.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_SILICON) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(M4_LINK) $(M4_COMMON) $(M4_SILICON) $< -o $@

# The assembly of the kernels against its definition: needs no archive.
# The assembly of kernels, as it is built for size and for speed.
KERNEL_SOURCES := $(wildcard Tests/Kernels/*.c)
KERNEL_TESTS := $(foreach folder,$(M4) $(M4_SPEED),\
	$(patsubst Tests/Kernels/%.c,$(folder)/%.elf,$(KERNEL_SOURCES)))
KERNEL_INPUTS := $(wildcard Sources/_BayNNShims/*.h) $(M4_COMMON) $(M4_INPUTS)
define LINK_KERNEL_TEST
@mkdir -p $(@D)
$(M4_GCC) $(M4_FLAGS) $(M4_LINK) $(filter-out %.S,$(M4_COMMON)) $< -o $@
endef
$(patsubst Tests/Kernels/%.c,$(M4)/%.elf,$(KERNEL_SOURCES)): M4_FLAGS += -DBAYNN_SMALL
$(patsubst Tests/Kernels/%.c,$(M4)/%.elf,$(KERNEL_SOURCES)): $(M4)/%.elf: \
		Tests/Kernels/%.c $(KERNEL_INPUTS)
	$(LINK_KERNEL_TEST)
$(patsubst Tests/Kernels/%.c,$(M4_SPEED)/%.elf,$(KERNEL_SOURCES)): $(M4_SPEED)/%.elf: \
		Tests/Kernels/%.c $(KERNEL_INPUTS)
	$(LINK_KERNEL_TEST)

# The same program on the host: see Firmware/host.
HOST_COMMON := Firmware/Common/console.c Firmware/Common/embedded_files.S \
	$(wildcard Firmware/host/*.c)
$(HOST)/cim: $(HOST)/libbaynn.a $(HOST_COMMON) $(CIM_PROGRAM) $(M4_INPUTS)
	gcc -std=c11 -O2 -z noexecstack $(WARNINGS) -DMACHINE='"host"' \
	  -DMODEL_FILE='"$(MODEL)"' -DHELD_OUT_FILE='"$(HELD_OUT)"' \
	  -Iinclude -IFirmware/Common -IExamples/digits -ITests/Conformance \
	  $(HOST_COMMON) $(CIM_PROGRAM) $< -o $@

# Which models there are may change; the file changes only then.
$(M4)/embedded_images.inc $(M4_SPEED)/embedded_images.inc: FORCE
	@mkdir -p $(@D)
	@for image in $(MODEL_IMAGES); do \
	  echo "image $$(basename $$image .baynn), \"$$image\""; done >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

.PHONY: FORCE
FORCE:
