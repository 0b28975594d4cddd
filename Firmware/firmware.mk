# SPDX-License-Identifier: Apache-2.0
#
# Programs for a Cortex-M4, included by the Makefile at the root, which sets HOST, M0, M4, M4_SPEED
# (folders of archives), MODEL, HELD_OUT, MODEL_IMAGES, HEADERS and WARNINGS.

M4_GCC := arm-none-eabi-gcc
FIRMWARE_FLAGS := -std=c11 -Os -g -ffunction-sections -fdata-sections -mthumb $(WARNINGS) \
	-DMODEL_FILE='"$(MODEL)"' -DHELD_OUT_FILE='"$(HELD_OUT)"' \
	-Iinclude -IFirmware/Common -IExamples/digits -IExamples/models
# A section that the linker script does not name is an error. The C library's assembly does not
# say that it needs no executable stack.
FIRMWARE_LINK = -nostartfiles --specs=nano.specs -L Firmware/Common -Wl,--gc-sections \
	-Wl,--orphan-handling=error -Wl,--fatal-warnings -Wl,-z,noexecstack \
	-Wl,-Map=$(@:.elf=.map)

M4_BOARD := Firmware/mps2-an386
M4_FLAGS := $(FIRMWARE_FLAGS) -mcpu=cortex-m4 -mfloat-abi=soft -mno-unaligned-access \
	-DMACHINE='"cortex-m4"'
M4_LINK = $(FIRMWARE_LINK) -T $(M4_BOARD)/mps2-an386.ld

M0_BOARD := Firmware/microbit
M0_FLAGS := $(FIRMWARE_FLAGS) -mcpu=cortex-m0 -DMACHINE='"cortex-m0"'
M0_LINK = $(FIRMWARE_LINK) -T $(M0_BOARD)/microbit.ld

M4_COMMON := $(addprefix Firmware/Common/,\
	console.c semihosting.c startup.c fault.c memory_functions.c embedded_files.S)
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
	Firmware/models/embedded_images.S Firmware/models/find_image.c Firmware/Common/large_digit.c \
	Tests/Support/image_builder.c Tests/Support/image_fields.c
# Whatever else a program may depend on.
M4_INPUTS := $(wildcard Firmware/*/*.ld) $(MODEL) $(HELD_OUT) $(HEADERS) \
	$(wildcard Firmware/*/*.h Examples/*/*.h Tests/Support/include/*.h Tests/Conformance/*.h) \
	Firmware/firmware.mk

$(M4)/digits.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_DIGITS) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(M4_LINK) $(M4_COMMON) $(M4_DIGITS) $< -o $@

# What a program holds of the library: with the parts for dense layers, and with all of them.
M4_SMALLEST := Firmware/smallest/main.c Examples/digits/evaluate.c
$(M4)/smallest.elf $(M4)/smallest-all.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_SMALLEST) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(if $(findstring -all,$@),-DPARTS=baynn_parts_all) $(M4_LINK) \
	  $(M4_COMMON) $(M4_SMALLEST) $< -o $@

# The same on other cores: one with another archive, the others with this one, which uses no
# instruction that a Cortex-M3 lacks, and links with the float ABI that passes floats in registers.
$(M0)/smallest.elf: $(M0)/libbaynn.a $(M4_COMMON) $(M4_SMALLEST) $(M4_INPUTS)
	$(M4_GCC) $(M0_FLAGS) $(M0_LINK) $(M4_COMMON) $(M4_SMALLEST) $< -o $@
OTHER_CORES := m3 m7 m33 m55
M3_CPU := -mfloat-abi=soft
M7_CPU := -mfloat-abi=hard
M33_CPU := -mfloat-abi=hard
M55_CPU := -mfloat-abi=hard
M3_BOARD := mps2-an385
M7_BOARD := mps2-an500
M33_BOARD := mps2-an505
M55_BOARD := mps3-an547
# The first two have the memory of this board.
M3_SCRIPT := $(M4_BOARD)/mps2-an386.ld
M7_SCRIPT := $(M3_SCRIPT)
M33_SCRIPT := Firmware/mps2-an505/mps2-an505.ld
M55_SCRIPT := Firmware/mps3-an547/mps3-an547.ld
OTHER_SMALLEST := $(OTHER_CORES:%=$(M4)/smallest-%.elf)
$(OTHER_SMALLEST): $(M4)/smallest-m%.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_SMALLEST) $(M4_INPUTS)
	$(M4_GCC) $(FIRMWARE_FLAGS) -mcpu=cortex-m$* $(M$*_CPU) -mno-unaligned-access \
	  -DMACHINE='"cortex-m$*"' $(FIRMWARE_LINK) -T $(M$*_SCRIPT) \
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
	$(M4_GCC) $(M4_FLAGS) -ITests/Conformance $(M4_LINK) \
	  $(M4_COMMON) $(CIM_PROGRAM) Firmware/Common/stack.c $< -o $@

M4_DEADLINE := $(wildcard Firmware/deadline/*.c) Firmware/Common/large_digit.c \
	Firmware/models/embedded_images.S Firmware/models/find_image.c
$(M4)/deadline.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_DEADLINE) $(M4_INPUTS) \
		$(M4)/embedded_images.inc $(MODEL_IMAGES)
	$(M4_GCC) $(M4_FLAGS) -I$(@D) -IFirmware/models $(M4_LINK) $(M4_COMMON) $(M4_DEADLINE) $< -o $@

# Linked for its size; the board has no such device.
M4_SILICON := $(wildcard Firmware/silicon/*.c) Firmware/Common/self_test_lines.c \
	Examples/digits/self_test_names.c
$(M4)/silicon.elf: $(M4)/libbaynn.a $(M4_COMMON) $(M4_SILICON) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(M4_LINK) $(M4_COMMON) $(M4_SILICON) $< -o $@

# What the firmware relies on: stacks and their guards.
FIRMWARE_SOURCES := $(wildcard Tests/Firmware/*.c)
FIRMWARE_TESTS := $(patsubst Tests/Firmware/%.c,$(M4)/%_test.elf,$(FIRMWARE_SOURCES)) \
	$(patsubst Tests/Firmware/%.c,$(M4)/%_test-m33.elf,$(FIRMWARE_SOURCES))
$(M4)/%_test.elf: Tests/Firmware/%.c $(M4)/libbaynn.a $(M4_COMMON) $(M4_INPUTS)
	$(M4_GCC) $(M4_FLAGS) $(M4_LINK) $(M4_COMMON) $< $(M4)/libbaynn.a -o $@
# Where stacks have limits: Armv8-M.
$(M4)/%_test-m33.elf: Tests/Firmware/%.c $(M4)/libbaynn.a $(M4_COMMON) $(M4_INPUTS)
	$(M4_GCC) $(FIRMWARE_FLAGS) -mcpu=cortex-m33 $(M33_CPU) $(FIRMWARE_LINK) -T $(M33_SCRIPT) \
	  $(M4_COMMON) $< $(M4)/libbaynn.a -o $@
$(M0)/interrupt_test.elf: Tests/Firmware/interrupt.c $(M0)/libbaynn.a $(M4_COMMON) $(M4_INPUTS)
	$(M4_GCC) $(M0_FLAGS) $(M0_LINK) $(M4_COMMON) $< $(M0)/libbaynn.a -o $@

# The assembly of the kernels against its definition, as it is built for size and for speed:
# needs no archive.
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
