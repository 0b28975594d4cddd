# SPDX-License-Identifier: Apache-2.0
#
# `make demo` and `make test` are all that a newcomer needs; `make help` is the map.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

HOST_TRIPLE := $(shell uname -m)-unknown-linux-gnu
HOST := build/host
M0 := build/cortex-m0
M4 := build/cortex-m4
M4_SPEED := build/cortex-m4-speed
MODEL := Examples/Models/digits/digits.baynn
HELD_OUT := Examples/Models/digits/digits-test.u8
LINE := Tests/Vectors/digits-line.txt
CIM_LINE := Tests/Vectors/digits-cim-line.txt
MODEL_IMAGES := $(sort $(wildcard Examples/Models/*/*.baynn))
MODEL_LINES := Tests/Vectors/models-lines.txt
WARNINGS := -Wall -Wextra -pedantic -Wconversion -Werror
LIBRARY_SOURCES := $(shell find Sources include -type f -not -path 'Sources/BayNNTool/*') \
	Package.swift Packaging/archive.sh Packaging/scratch.sh Packaging/any-float-abi.py Packaging/abi.txt $(wildcard Packaging/toolsets/*.json \
	  Packaging/dispatch/*)
HEADERS := $(wildcard include/*.h include/baynn/*.h)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | \
	  awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Install what is missing (called by demo and test)
	@Packaging/setup.sh

# --- Archives ---------------------------------------------------------------

.PHONY: archive archive-m0 archive-m4
archive: $(HOST)/libbaynn.a ## Build build/host/libbaynn.a
archive-m0: $(M0)/libbaynn.a ## Build build/cortex-m0/libbaynn.a, for M0, M0+ and M23
archive-m4: $(M4)/libbaynn.a $(M4_SPEED)/libbaynn.a ## Build build/cortex-m4/libbaynn.a and cortex-m4-speed, for M3, M4, M7, M33, M55

$(HOST)/libbaynn.a: $(LIBRARY_SOURCES) | setup
	Packaging/archive.sh host $(HOST_TRIPLE) ""

$(M4)/libbaynn.a $(M4_SPEED)/libbaynn.a: build/%/libbaynn.a: $(LIBRARY_SOURCES) | setup
	Packaging/archive.sh $* armv7em-none-none-eabi arm-none-eabi-

$(M0)/libbaynn.a: $(LIBRARY_SOURCES) | setup
	Packaging/archive.sh cortex-m0 armv6m-none-none-eabi arm-none-eabi-

.PHONY: scratch
scratch:
	@Packaging/scratch.sh .build

.PHONY: tool
tool: setup scratch ## Build the host tool, build/baynn
	swift build --configuration release --product baynn --scratch-path .build
	@mkdir -p build
	cp .build/release/baynn build/baynn

# --- The main job -----------------------------------------------------------

.PHONY: demo
demo: $(HOST)/digits $(M4)/digits.elf ## Run the digits example on this machine and on a Cortex-M4
	@# Twice: a terminal gets colours, the comparison gets a file.
	$(HOST)/digits $(MODEL) $(HELD_OUT)
	@$(HOST)/digits $(MODEL) $(HELD_OUT) >build/demo-host.txt
	@echo
	Firmware/mps2-an386/run.sh $(M4)/digits.elf | tee build/demo-m4.txt
	@Packaging/same-line.sh $(LINE) build/demo-host.txt build/demo-m4.txt

$(HOST)/digits: $(wildcard Examples/digits/*.[ch]) $(HOST)/libbaynn.a
	gcc -std=c11 -O2 $(WARNINGS) -Iinclude Examples/digits/*.c $(HOST)/libbaynn.a -o $@

EXAMPLES := $(addprefix $(HOST)/,forecast segmentation)

$(EXAMPLES): $(HOST)/%: $(wildcard Examples/*/*.[ch]) $(HOST)/libbaynn.a
	gcc -std=c11 -O2 $(WARNINGS) -Iinclude -IExamples/common Examples/$*/*.c \
	  Examples/common/*.c $(HOST)/libbaynn.a -o $@

$(HOST)/models: $(wildcard Examples/models/*.[ch]) $(HOST)/libbaynn.a
	gcc -std=c11 -O2 $(WARNINGS) -Iinclude Examples/models/*.c $(HOST)/libbaynn.a -o $@

# --- Firmware ---------------------------------------------------------------

include Firmware/firmware.mk

.PHONY: qemu
qemu: $(M4)/digits.elf ## Run the firmware on an emulated Cortex-M4
	Firmware/mps2-an386/run.sh $<

.PHONY: qemu-cim
qemu-cim: $(M4)/cim.elf ## Run the digits model on emulated arrays, on an emulated Cortex-M4
	Firmware/mps2-an386/run.sh $<

# --- Tests ------------------------------------------------------------------

.PHONY: test
test: test-headers test-packaging test-swift test-c test-levels test-readers test-conformance test-link test-abi test-examples test-kernels test-firmware test-deadline test-target size ## Run all tests

.PHONY: test-swift
test-swift: setup scratch ## Test every Swift module
	swift test --scratch-path .build --quiet

C_TESTS := $(patsubst Tests/CABI/%.c,$(HOST)/tests/%,$(wildcard Tests/CABI/test_*.c))
C_SUPPORT := $(wildcard Tests/Support/*.c) $(wildcard Tests/CABI/support*.c) \
	Examples/models/synthetic_inputs.c

.PHONY: test-models
test-models: setup scratch ## Compare every tensor of every model with the reference (minutes)
	BAYNN_ALL_MODELS=1 swift test --scratch-path .build --filter ModelVectorsTests

LAYERS := build/vectors/layers.bin

.PHONY: test-c
test-c: $(C_TESTS) $(LAYERS) ## Test the shipped archive from C
	@for test in $(C_TESTS); do \
	  echo "== $${test##*/}"; BAYNN_MODELS=Examples/Models BAYNN_VECTORS=Tests/Vectors \
	    BAYNN_LAYERS=$(LAYERS) $$test; done

$(LAYERS): Tests/CABI/make_layer_images.py Tests/Vectors/layers.json
	python3 $^ $@

$(HOST)/tests/%: Tests/CABI/%.c $(C_SUPPORT) $(wildcard Tests/CABI/*.h) $(HOST)/libbaynn.a
	@mkdir -p $(@D)
	gcc -std=c11 -O1 -g -Wall -Wextra -Iinclude -ITests/Support/include -ITests/CABI \
	  -IExamples/models $< $(C_SUPPORT) $(HOST)/libbaynn.a -lcmocka -lpthread -lm -o $@

# The builds of the library in the host archive, each by itself, as far as this machine can run them.
LEVELS := $(if $(filter x86_64,$(shell uname -m)),v1 \
	$(if $(shell grep -m 1 -ow avx2 /proc/cpuinfo),v3) \
	$(if $(shell grep -m 1 -ow avx512vl /proc/cpuinfo),v4))
LEVEL_TESTS := $(foreach level,$(LEVELS),$(addprefix $(HOST)/$(level)/,\
	test_layers test_infer test_cim_layers test_self_test))

.PHONY: test-levels
test-levels: $(LEVEL_TESTS) $(LAYERS) ## Test each build of the library in the host archive
	@for test in $(LEVEL_TESTS); do \
	  echo "== $${test#$(HOST)/}"; BAYNN_MODELS=Examples/Models BAYNN_VECTORS=Tests/Vectors \
	    BAYNN_LAYERS=$(LAYERS) $$test || exit 1; done

$(LEVEL_TESTS): $(wildcard Tests/CABI/*.[ch]) $(C_SUPPORT) $(HOST)/libbaynn.a
	gcc -std=c11 -O1 -g -Wall -Wextra -Iinclude -ITests/Support/include -ITests/CABI \
	  -IExamples/models Tests/CABI/$(@F).c $(C_SUPPORT) $(@D)/libbaynn.a \
	  -lcmocka -lpthread -lm -o $@

$(HOST)/read-images: Tests/Readers/read_images.c $(HEADERS) $(HOST)/libbaynn.a
	gcc -std=c11 -O2 $(WARNINGS) -Iinclude $< $(HOST)/libbaynn.a -o $@

READERS := python3 Tests/Readers/compare.py $(HOST)/read-images
READ_IMAGES := $(MODEL) Examples/Models/co2/co2.baynn

.PHONY: test-readers
test-readers: setup $(HOST)/read-images ## Compare the library's reader of images with the one in Python
	$(READERS) 8000 500 1 $(READ_IMAGES)

.PHONY: compare-readers
READERS_SEED ?= 2
compare-readers: setup $(HOST)/read-images ## The same with many more images (minutes)
	$(READERS) 60000 4000 $(READERS_SEED) $(READ_IMAGES)

# The conformance suite of drivers: plain C99 for hosts and targets. Its own tests need no
# archive; those of the drivers in the archive do.
CONFORMANCE := $(wildcard Tests/Conformance/*.c)
CONFORMANCE_HEADERS := $(wildcard Tests/Conformance/*.h Tests/Conformance/Faults/*.h \
	Examples/own-cim-driver/*.h) include/baynn/cim_driver.h
CONFORMANCE_TESTS := $(patsubst Tests/Conformance/Faults/%.c,$(HOST)/tests/%,\
	$(wildcard Tests/Conformance/Faults/test_*.c))
CONFORMANCE_ARCHIVE_TESTS := $(patsubst Tests/Conformance/Archive/%.c,$(HOST)/tests/%,\
	$(wildcard Tests/Conformance/Archive/test_*.c))
CONFORMANCE_DEVICES := $(filter-out $(wildcard Tests/Conformance/Faults/test_*.c),\
	$(wildcard Tests/Conformance/Faults/*.c)) \
	$(wildcard Examples/own-cim-driver/mx16_*.c)

.PHONY: test-conformance
test-conformance: $(CONFORMANCE_TESTS) $(CONFORMANCE_ARCHIVE_TESTS) $(HOST)/own-cim-driver $(M4)/conformance.elf ## Test drivers of arrays, and what tests them
	@for test in $(CONFORMANCE_TESTS) $(CONFORMANCE_ARCHIVE_TESTS); do echo "== $${test##*/}"; $$test; done
	$(HOST)/own-cim-driver $(MODEL) $(HELD_OUT) >build/own-cim-driver.txt || \
	  { cat build/own-cim-driver.txt; exit 1; }
	Firmware/mps2-an386/run.sh $(M4)/conformance.elf >build/conformance-m4.txt || \
	  { cat build/conformance-m4.txt; exit 1; }

CONFORMANCE_TARGET := Tests/Conformance/Target/conformance.c $(CONFORMANCE) \
	$(wildcard Examples/own-cim-driver/mx16_*.c) \
	$(filter-out %.S,$(M4_COMMON))

$(M4)/conformance.elf: $(CONFORMANCE_TARGET) $(CONFORMANCE_HEADERS) $(M4_INPUTS)
	@mkdir -p $(@D)
	$(M4_GCC) $(M4_FLAGS) -ITests/Conformance -IExamples/own-cim-driver $(M4_LINK) \
	  $(CONFORMANCE_TARGET) -o $@

$(CONFORMANCE_TESTS): $(HOST)/tests/%: Tests/Conformance/Faults/%.c $(CONFORMANCE) \
		$(CONFORMANCE_DEVICES) $(CONFORMANCE_HEADERS)
	@mkdir -p $(@D)
	gcc -std=c99 -O1 -g $(WARNINGS) -fsanitize=undefined -fno-sanitize-recover -Iinclude \
	  -ITests/Conformance -ITests/Conformance/Faults -IExamples/own-cim-driver \
	  $< $(CONFORMANCE) $(CONFORMANCE_DEVICES) -lcmocka -o $@

$(CONFORMANCE_ARCHIVE_TESTS): $(HOST)/tests/%: Tests/Conformance/Archive/%.c $(CONFORMANCE) \
		$(C_SUPPORT) $(wildcard Tests/CABI/*.h) $(CONFORMANCE_HEADERS) $(HOST)/libbaynn.a
	@mkdir -p $(@D)
	gcc -std=c11 -O1 -g -Wall -Wextra -Iinclude -ITests/Support/include -ITests/CABI \
	  -ITests/Conformance -IExamples/models $< $(CONFORMANCE) $(C_SUPPORT) $(HOST)/libbaynn.a \
	  -lcmocka -lpthread -lm -o $@

$(HOST)/own-cim-driver: $(wildcard Examples/own-cim-driver/*.c) $(CONFORMANCE) \
		$(CONFORMANCE_HEADERS) $(HOST)/libbaynn.a
	gcc -std=c11 -D_POSIX_C_SOURCE=200809L -O2 $(WARNINGS) -Iinclude -ITests/Conformance \
	  Examples/own-cim-driver/*.c $(CONFORMANCE) $(HOST)/libbaynn.a -o $@

MINIMAL := $(addprefix $(HOST)/minimal-,gcc clang)

.PHONY: test-link
test-link: $(MINIMAL) ## Link the minimal example with gcc and clang, and libc alone
	@for program in $(MINIMAL); do \
	  ldd $$program | grep -vE 'linux-vdso|libc\.so|ld-linux' && exit 1; \
	  $$program $(MODEL); done

$(HOST)/minimal-%: Examples/minimal/minimal.c $(HOST)/libbaynn.a
	$* -std=c99 -O2 $(WARNINGS) -Iinclude $< $(HOST)/libbaynn.a -o $@

.PHONY: test-abi
test-abi: $(HOST)/libbaynn.a $(M4)/libbaynn.a ## Link with headers of this and of another binary interface
	@Packaging/check-abi.sh $(HOST)/libbaynn.a gcc
	@Packaging/check-abi.sh $(HOST)/libbaynn.a clang
	@Packaging/check-abi.sh $(M4)/libbaynn.a $(M4_GCC) $(M4_CPU) --specs=nosys.specs \
	  -Wl,--no-enum-size-warning

.PHONY: test-examples
test-examples: $(EXAMPLES) ## Run the examples of a forecast and of a map
	$(HOST)/forecast Examples/Models/co2/co2.baynn >build/forecast.txt
	$(HOST)/segmentation Examples/Models/vessels/vessels.baynn >build/segmentation.txt

.PHONY: test-firmware
test-firmware: $(FIRMWARE_TESTS) $(M0)/interrupt_test.elf ## Test stacks and their guards on emulated boards
	Firmware/mps2-an386/run.sh $(M4)/interrupt_test.elf
	Firmware/mps2-an505/run.sh $(M4)/interrupt_test-m33.elf
	Firmware/microbit/run.sh $(M0)/interrupt_test.elf
	Tests/Firmware/overflow.sh mps2-an386 $(M4)/{program,exception}_stack_overflow_test.elf
	Tests/Firmware/overflow.sh mps2-an505 $(M4)/{program,exception}_stack_overflow_test-m33.elf

.PHONY: test-kernels
test-kernels: $(KERNEL_TESTS) ## Test the assembly of the kernels on an emulated Cortex-M4
	@for test in $(KERNEL_TESTS); do Firmware/mps2-an386/run.sh $$test || exit 1; done

.PHONY: test-packaging
test-packaging: setup $(HOST)/libbaynn.a $(M0)/libbaynn.a $(M4)/libbaynn.a $(M4_SPEED)/libbaynn.a ## Test what archives link with, the tool that bounds the stack, and what the headers say of statuses
	python3 -m unittest discover --start-directory Tests/Packaging

.PHONY: test-headers
test-headers: setup ## Compile the headers, and the programs in their comments, as C and C++
	@Packaging/check-headers.sh $(WARNINGS)

.PHONY: test-target
test-target: target-logs ## Compare host and Cortex-M4 bit for bit
	@Packaging/same-line.sh $(LINE) build/demo-host.txt build/demo-m4.txt build/demo-m4-smallest.txt \
	  build/smallest-m0.txt $(OTHER_CORES:%=build/smallest-%.txt)
	@Packaging/same-line.sh $(MODEL_LINES) build/models-host.txt build/models-m4.txt
	@Packaging/same-line.sh $(CIM_LINE) build/cim-host.txt build/cim-m4.txt
	@# Ideal arrays change nothing.
	@diff $(LINE) <(sed -n 's/^ideal arrays: //p' $(CIM_LINE))

.PHONY: test-deadline
test-deadline: $(M4)/deadline.elf ## Answer in time on an emulated Cortex-M4
	@Firmware/mps2-an386/run.sh --count $< >build/deadline-m4.txt || \
	  { cat build/deadline-m4.txt; exit 1; }
	diff Tests/Vectors/deadline-m4.txt build/deadline-m4.txt

.PHONY: test-cim
test-cim: $(HOST)/cim ## Run the digits model on emulated arrays on this machine
	$(HOST)/cim >build/cim-host.txt || { cat build/cim-host.txt; exit 1; }
	@Packaging/same-line.sh $(CIM_LINE) build/cim-host.txt

# What a program prints is shown only if it fails: the comparison shows the lines.
.PHONY: target-logs
target-logs: $(HOST)/digits $(HOST)/models $(HOST)/cim $(M4)/digits.elf $(M4)/smallest.elf \
		$(M0)/smallest.elf $(OTHER_SMALLEST) $(M4)/models.elf $(M4)/cim.elf
	$(HOST)/digits $(MODEL) $(HELD_OUT) >build/demo-host.txt
	Firmware/mps2-an386/run.sh $(M4)/digits.elf >build/demo-m4.txt
	Firmware/mps2-an386/run.sh $(M4)/smallest.elf >build/demo-m4-smallest.txt
	Firmware/microbit/run.sh $(M0)/smallest.elf >build/smallest-m0.txt
	$(foreach core,3 7 33 55,Firmware/Common/run.sh $(M$(core)_BOARD) $(M4)/smallest-m$(core).elf \
	  >build/smallest-m$(core).txt;)
	$(HOST)/models $(MODEL_IMAGES) >build/models-host.txt || { cat build/models-host.txt; exit 1; }
	LIMIT_S=600 Firmware/mps2-an386/run.sh $(M4)/models.elf >build/models-m4.txt || \
	  { cat build/models-m4.txt; exit 1; }
	$(HOST)/cim >build/cim-host.txt || { cat build/cim-host.txt; exit 1; }
	Firmware/mps2-an386/run.sh $(M4)/cim.elf >build/cim-m4.txt || { cat build/cim-m4.txt; exit 1; }

.PHONY: fuzz
FUZZ_SECONDS ?= 60
fuzz: ## Fuzz images, inputs, self-test, devices and files for FUZZ_SECONDS (60)
	Tests/Fuzz/run.sh $(FUZZ_SECONDS)

.PHONY: mutate
mutate: setup ## Break the code in many places and see the tests fail
	python3 Tests/Mutations/run.py

# --- Figures ----------------------------------------------------------------

.PHONY: size
size: $(M4)/digits.elf $(M4)/smallest.elf $(M4)/smallest-all.elf $(M4)/silicon.elf $(M4)/cim.elf ## Check code size, symbols, storage and stack against the tables
	@Packaging/size.sh

.PHONY: bench-m4
bench-m4: $(M4)/benchmark.elf $(M4_SPEED)/benchmark.elf ## Count instructions on an emulated Cortex-M4
	@Packaging/bench-m4.sh

.PHONY: bench-cim-models
bench-cim-models: $(HOST)/tests/bench_cim_models ## Time the fast models of emulated arrays
	$<

.PHONY: figures
figures: target-logs $(M4)/deadline.elf $(M4)/benchmark.elf $(M4_SPEED)/benchmark.elf ## Write the figures that tests check
	Packaging/same-line.sh --update $(LINE) build/demo-host.txt build/demo-m4.txt
	Packaging/same-line.sh --update $(MODEL_LINES) build/models-host.txt build/models-m4.txt
	Packaging/same-line.sh --update $(CIM_LINE) build/cim-host.txt build/cim-m4.txt
	Firmware/mps2-an386/run.sh --count $(M4)/deadline.elf >Tests/Vectors/deadline-m4.txt
	Packaging/size.sh --update
	Packaging/bench-m4.sh --update

# --- Training ---------------------------------------------------------------

PYTHON := Training/.venv/bin/python

$(PYTHON): Training/requirements.txt
	python3 -m venv Training/.venv
	$(PYTHON) -m pip install --quiet --requirement Training/requirements.txt
	touch $(PYTHON)

.PHONY: train-digits
train-digits: $(PYTHON) ## Train, evaluate and export the digits model (needs torch)
	cd Training && ../$(PYTHON) -m baynn_training.train_digits

.PHONY: train
train: $(PYTHON) ## Train and export a model: make train TASK=mnist DATA=folder
	cd Training && ../$(PYTHON) -m baynn_training.train $(TASK) --data $(abspath $(DATA))

.PHONY: studies
studies: $(PYTHON) ## Compare methods and normalizations: make studies DATA=folder
	cd Training && ../$(PYTHON) -m baynn_training.studies.methods --data $(abspath $(DATA))
	cd Training && ../$(PYTHON) -m baynn_training.studies.robustness --data $(abspath $(DATA))

.PHONY: study-arrays
study-arrays: $(PYTHON) tool ## Try models on emulated arrays, and their energy: make study-arrays DATA=folder
	cd Training && ../$(PYTHON) -m baynn_training.studies.arrays --data $(abspath $(DATA))
	cd Training && ../$(PYTHON) -m baynn_training.studies.energy --data $(abspath $(DATA))

AIHWKIT := Training/.venv-aihwkit/bin/python

$(AIHWKIT): Training/requirements-aihwkit.txt
	python3 -m venv Training/.venv-aihwkit
	$(AIHWKIT) -m pip install --quiet --requirement Training/requirements-aihwkit.txt
	touch $(AIHWKIT)

$(HOST)/arrays: $(wildcard Training/benchmarks/*.[ch]) $(HOST)/libbaynn.a
	gcc -std=c11 -O2 $(WARNINGS) -Iinclude Training/benchmarks/*.c $(HOST)/libbaynn.a -lpthread -o $@

.PHONY: bench-arrays
bench-arrays: $(PYTHON) $(AIHWKIT) $(HOST)/arrays ## Time draws of devices beside peers: make bench-arrays DATA=folder
	cd Training && ../$(PYTHON) -m baynn_training.benchmarks.arrays --data $(abspath $(DATA))

.PHONY: vectors
vectors: $(PYTHON) ## Write the test vectors of layers and published models anew
	cd Training && ../$(PYTHON) -m baynn_training.make_vectors --layers
	cd Training && ../$(PYTHON) -m baynn_training.make_vectors --models

.PHONY: test-training
test-training: $(PYTHON) ## Test the training package (needs torch)
	cd Training && ../$(PYTHON) -m pytest -q

# --- Housekeeping -----------------------------------------------------------

C_FILES = $(shell git ls-files '*.c' '*.h' '*.cpp')

.PHONY: lint
lint: setup ## Check formatting and style
	swift format lint --strict --recursive Sources Tests Package.swift
	clang-format --dry-run -Werror $(C_FILES)

.PHONY: format
format: setup ## Format everything
	swift format format --in-place --recursive Sources Tests Package.swift
	clang-format -i $(C_FILES)

.PHONY: clean
clean: ## Remove all that was built
	rm -rf build .build .build-*
