# SPDX-License-Identifier: Apache-2.0
"""Tests of Packaging/stack.py on small assembled programs."""

import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Packaging"))

import elf  # noqa: E402
import stack  # noqa: E402


def assemble(text: str) -> elf.Object:
    """An object; `function NAME` begins a section with a function, as -ffunction-sections does."""
    source = """.syntax unified
        .cpu cortex-m4
        .fpu fpv4-sp-d16
        .macro function name
        .section .text.\\name, "ax", %progbits
        .thumb_func
        .type \\name, %function
        .global \\name
        \\name:
        .endm
        """ + text + "\n"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "test.o"
        subprocess.run(["arm-none-eabi-as", "-mthumb", "-o", path, "-"], input=source, text=True,
                       check=True)
        return elf.read(path)[0]


def read_rules(text: str) -> stack.Rules:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(text)
        file.flush()
        return stack.Rules().read(file.name)


def bounds(text: str, rules: str = "", roots: list[str] | None = None) -> stack.Bounds:
    program = stack.Program([assemble(text)])
    keys = [program.globals[n] for n in roots] if roots else list(program.globals.values())
    return stack.Bounds(program, read_rules(rules), keys)


def bound(text: str, rules: str = "", roots: list[str] | None = None, name: str = "main") -> int:
    result = bounds(text, rules, roots)
    return result.bytes(result.program.globals[name])


class Case(unittest.TestCase):
    def fails(self, pattern: str):
        return self.assertRaisesRegex(stack.StackError, pattern)


class FrameTests(Case):
    """What one function puts on the stack."""

    def frame(self, body: str) -> int:
        return bound("function main\n" + body)

    def test_nothing(self):
        self.assertEqual(self.frame("bx lr"), 0)

    def test_push(self):
        self.assertEqual(self.frame("push {r4-r7, lr}\n pop {r4-r7, pc}"), 20)

    def test_wide_push(self):
        self.assertEqual(self.frame("push.w {r4-r8, r10, lr}\n pop.w {r4-r8, r10, pc}"), 28)

    def test_vpush_of_double_registers(self):
        self.assertEqual(self.frame("vpush {d8-d10}\n vpop {d8-d10}\n bx lr"), 24)

    def test_vpush_of_single_registers(self):
        self.assertEqual(self.frame("vpush {s16-s18}\n vpop {s16-s18}\n bx lr"), 12)

    def test_vstmdb_and_vldmia(self):
        self.assertEqual(self.frame("vstmdb sp!, {d8}\n vldmia sp!, {d8}\n bx lr"), 8)

    def test_sub_of_a_number(self):
        self.assertEqual(self.frame("sub sp, #40\n add sp, #40\n bx lr"), 40)

    def test_wide_sub_of_a_number(self):
        self.assertEqual(self.frame("subw sp, sp, #2052\n addw sp, sp, #2052\n bx lr"), 2052)

    def test_sub_of_a_register_that_is_known(self):
        self.assertEqual(self.frame("""movw r3, #6000
            sub sp, sp, r3
            movw r4, #6000
            add sp, r4
            bx lr"""), 6000)

    def test_sub_of_a_literal(self):
        self.assertEqual(self.frame("""ldr r3, large
            sub sp, sp, r3
            add sp, r3
            bx lr
            .align 2
            large: .word 100000"""), 100000)

    def test_sub_of_an_unknown_register_is_refused(self):
        with self.fails("main.*unknown number"):
            self.frame("sub sp, sp, r0\n bx lr")

    def test_a_register_is_unknown_after_another_write(self):
        with self.fails("unknown number"):
            self.frame("movw r3, #8\n ldr r3, [r0]\n sub sp, sp, r3\n bx lr")

    def test_a_register_is_unknown_after_a_write_under_a_condition(self):
        with self.fails("unknown number"):
            self.frame("movw r3, #8\n cmp r0, #0\n it eq\n moveq r3, r1\n sub sp, sp, r3\n bx lr")

    def test_a_register_is_unknown_after_a_write_by_any_instruction(self):
        with self.fails("unknown number"):
            self.frame("movw r3, #8\n vmov r3, s0\n sub sp, sp, r3\n bx lr")

    def test_a_register_is_unknown_after_a_write_back(self):
        with self.fails("unknown number"):
            self.frame("movw r3, #8\n ldr r0, [r3], #4\n sub sp, sp, r3\n bx lr")

    def test_a_register_is_unknown_where_paths_with_other_values_meet(self):
        with self.fails("unknown number"):
            self.frame("movw r3, #8\n cbz r0, 1f\n movw r3, #16\n 1: sub sp, sp, r3\n bx lr")

    def test_store_and_load_that_move_the_stack_pointer(self):
        self.assertEqual(self.frame("str lr, [sp, #-8]!\n ldr lr, [sp], #8\n bx lr"), 8)
        self.assertEqual(self.frame("str lr, [sp, #-8]!\n ldr pc, [sp], #8"), 8)
        self.assertEqual(self.frame("strd r0, r1, [sp, #-16]!\n ldrd r0, r1, [sp], #16\n bx lr"),
                         16)

    def test_use_without_movement(self):
        self.assertEqual(self.frame("""sub sp, #16
            add r0, sp, #4
            mov r1, sp
            stmia sp, {r0, r1}
            strd r0, r1, [sp, #8]
            ldm sp, {r0, r1}
            add sp, #16
            bx lr"""), 16)

    def test_other_movements_are_refused(self):
        for line in ["mov sp, r7", "mov sp, r0", "ldr sp, [r0]",
                     "msr MSP, r0", "add.w sp, sp, r0, lsl #2", ".inst.w 0xe8ad0003",
                     "ldmdb sp!, {r0, r1}", "msr PSP, r0"]:
            with self.subTest(line), self.fails("stack pointer|unknown number"):
                self.frame(line + "\n bx lr")

    def test_movement_under_a_condition_is_refused(self):
        with self.fails("under a condition"):
            self.frame("cmp r0, #0\n it eq\n subeq sp, #8\n bx lr")

    def test_the_deepest_place_counts(self):
        self.assertEqual(self.frame("""cbz r0, 1f
            push {r4, lr}
            sub sp, #24
            add sp, #24
            pop {r4, pc}
            1: push {r4-r7}
            pop {r4-r7}
            bx lr"""), 32)

    def test_return_under_a_condition(self):
        self.assertEqual(self.frame("""push {r4, lr}
            cmp r0, #0
            it eq
            popeq {r4, pc}
            sub sp, #8
            add sp, #8
            pop {r4, pc}"""), 16)

    def test_a_subroutine_within_the_function(self):
        self.assertEqual(self.frame("""push {r4, lr}
            bl 1f
            bl 1f
            pop {r4, pc}
            1: sub sp, #8
            add sp, #8
            bx lr"""), 16)

    def test_a_subroutine_that_leaves_something_is_refused(self):
        with self.fails("different depths"):
            self.frame("""push {r4, lr}
                bl 1f
                pop {r4, pc}
                1: push {r4}
                bx lr""")
        with self.fails("depths 8 and 16"):
            self.frame("""push {r4, lr}
                bl 1f
                sub sp, #8
                bl 1f
                add sp, #8
                pop {r4, pc}
                1: bx lr""")

    def test_loops(self):
        self.assertEqual(self.frame("1: push {r4}\n pop {r4}\n subs r0, #1\n bne 1b\n bx lr"), 4)

    def test_a_loop_that_pushes_is_refused(self):
        with self.fails("depths 0 and 4"):
            self.frame("1: push {r4}\n subs r0, #1\n bne 1b\n bx lr")

    def test_paths_of_different_depth_are_refused(self):
        with self.fails("depths"):
            self.frame("cbz r0, 1f\n push {r4}\n 1: bx lr")
        with self.fails("different depths"):
            self.frame("cbz r0, 1f\n push {r4}\n bx lr\n 1: bx lr")

    def test_a_function_that_leaves_something_is_refused_if_public(self):
        program = stack.Program([assemble("function main\n push {r4}\n bx lr")])
        with self.fails("does not return with the stack as it was"):
            stack.require_level(program, program.globals["main"])

    def test_tables_of_jumps(self):
        for name, size in [("tbb [pc, r0]", ".byte"), ("tbh [pc, r0, lsl #1]", ".short")]:
            with self.subTest(name):
                self.assertEqual(self.frame(f"""cmp r0, #2
                    bhi 9f
                    {name}
                    0: {size} (1f - 0b) / 2, (2f - 0b) / 2, (3f - 0b) / 2
                    .align 1
                    1: push {{r4}}
                    pop {{r4}}
                    bx lr
                    2: push {{r4, r5}}
                    pop {{r4, r5}}
                    3:
                    9: bx lr"""), 8)

    def test_a_table_that_leads_nowhere_is_refused(self):
        with self.fails("no instruction"):
            self.frame("tbb [pc, r0]\n .byte 1, 9\n bx lr")

    def test_code_that_nothing_leads_to_is_refused(self):
        with self.fails("no way leads here"):
            self.frame("bx lr\n push {r4}\n bx lr")

    def test_padding(self):
        for line in ["nop", ".short 0", "nop.w", "udf #254"]:
            with self.subTest(line):
                self.assertEqual(self.frame("bx lr\n .inst.n 0\n" + line), 0)

    def test_code_that_runs_off_its_end_is_refused(self):
        with self.fails("the code ends here"):
            self.frame("push {r4}")

    def test_a_write_of_the_program_counter_is_refused(self):
        for line in ["mov pc, r0", "add pc, r0", "ldr pc, [r0]", "ldm r0, {r1, pc}"]:
            with self.subTest(line), self.fails("program counter"):
                self.frame(line)

    def test_code_for_arm_is_refused(self):
        with self.fails("ARM code"):
            stack.Program([assemble(".cpu cortex-a8\n .arm\n .section .text.a, \"ax\"\n bx lr")])


class CallTests(Case):
    CALLEES = """
        function small
        push {r4, lr}
        pop {r4, pc}
        function large
        sub sp, #100
        add sp, #100
        bx lr
        """

    def test_a_call_adds_to_the_depth_at_that_place(self):
        text = self.CALLEES + """
            function main
            push {r4, lr}
            bl large
            sub sp, #200
            bl small
            add sp, #200
            pop {r4, pc}"""
        self.assertEqual(bound(text), 216)

    def test_the_frame_is_gone_at_a_tail_call(self):
        text = self.CALLEES + "function main\n sub sp, #40\n add sp, #40\n b large"
        self.assertEqual(bound(text), 100)

    def test_a_tail_call_under_a_condition(self):
        text = self.CALLEES + "function main\n cmp r0, #0\n it eq\n beq.w large\n b small"
        self.assertEqual(bound(text), 100)

    def test_another_kind_of_relocation_is_refused(self):
        with self.fails("relocation of kind 51"):
            bound(self.CALLEES + "function main\n beq.w large\n b small")

    def test_a_call_under_a_condition(self):
        text = self.CALLEES + """function main
            push {r4, lr}
            cmp r0, #0
            it eq
            bleq large
            pop {r4, pc}"""
        self.assertEqual(bound(text), 108)

    def test_calls_within_a_section(self):
        text = """.text
            .thumb_func
            .type local, %function
            local: push {r0-r3}
            pop {r0-r3}
            bx lr
            .thumb_func
            .type main, %function
            .global main
            main: push {lr}
            bl local
            pop {pc}"""
        self.assertEqual(bound(text), 20)

    def test_functions_of_the_same_name(self):
        """Local ones, each in a section of the same name: what an object linked of many has."""
        text = "\n".join(f"""
            .section .text.same, "ax", %progbits, unique, {i}
            .thumb_func
            .type same{i}, %function
            same{i}: sub sp, #{size}
            add sp, #{size}
            bx lr
            function main{i}
            push {{lr}}
            bl same{i}
            pop {{pc}}""" for i, size in enumerate([8, 80]))
        self.assertEqual([bound(text, name=f"main{i}") for i in range(2)], [12, 84])

    def test_running_into_the_next_function(self):
        text = """function main
            push {r4, lr}
            .thumb_func
            .type entry, %function
            entry: sub sp, #16
            add sp, #16
            pop {r4, pc}"""
        self.assertEqual(bound(text), 24)

    def test_a_branch_into_the_middle_of_a_function_is_refused(self):
        with self.fails("middle of a function"):
            bound("function other\n nop\n .global inner\n inner: bx lr\n"
                  "function main\n push {lr}\n bl inner\n pop {pc}")

    def test_a_call_that_does_not_return_may_be_the_last_instruction(self):
        self.assertEqual(bound("function main\n push {lr}\n bl other\nfunction other\n udf #0"), 4)

    def test_outlined_function_that_saves_lr(self):
        text = """function OUTLINED_FUNCTION_0
            push {lr}
            bl large
            pop {pc}
            function main
            push {r4, lr}
            bl OUTLINED_FUNCTION_0
            pop {r4, pc}""" + self.CALLEES
        self.assertEqual(bound(text), 112)

    def test_outlined_end_of_a_function(self):
        text = """function OUTLINED_FUNCTION_0
            add sp, #24
            pop {r4, pc}
            function main
            push {r4, lr}
            sub sp, #24
            b OUTLINED_FUNCTION_0"""
        result = bounds(text)
        self.assertEqual(result.bytes(result.program.globals["main"]), 32)
        self.assertEqual(result.program.functions[result.program.globals["main"]].change, 0)

    def test_outlined_start_of_a_function(self):
        text = """function OUTLINED_FUNCTION_0
            sub sp, #24
            bx lr
            function main
            push {r4, lr}
            bl OUTLINED_FUNCTION_0
            push {r0}
            add sp, #28
            pop {r4, pc}"""
        self.assertEqual(bound(text), 36)

    def test_nothing_is_known_of_registers_after_an_outlined_function(self):
        text = """function OUTLINED_FUNCTION_0
            mov r4, r0
            bx lr
            function main
            movw r4, #8
            bl {callee}
            sub sp, sp, r4
            add sp, #8
            bx lr"""
        self.assertEqual(bound(self.CALLEES + text.format(callee="large")), 100)
        with self.fails("unknown number"):
            bound(self.CALLEES + text.format(callee="OUTLINED_FUNCTION_0"))

    def test_registers_that_a_call_does_not_preserve(self):
        with self.fails("unknown number"):
            bound(self.CALLEES + "function main\n movw r8, #8\n bl large\n sub sp, sp, r8\n bx lr")

    def test_functions_from_outside(self):
        text = "function main\n push {r4, lr}\n bl memcpy\n pop {r4, pc}"
        self.assertEqual(bound(text, "helper mem(cpy|set) 32"), 40)
        with self.fails("what memcpy needs"):
            bound(text, "helper mem 32")

    def test_recursion_is_refused_with_its_cycle(self):
        text = """function main
            b first
            function first
            push {lr}
            bl second
            pop {pc}
            function second
            push {lr}
            bl first
            pop {pc}"""
        with self.fails("recursion:\n  first\n  second\n  first\n"):
            bound(text)

    def test_a_function_that_calls_itself(self):
        text = self.CALLEES + """function main
            push {lr}
            cbz r0, 1f
            sub sp, #12
            bl main
            add sp, #12
            1: bl small
            pop {pc}"""
        with self.fails("recursion:\n  main\n  main\n"):
            bound(text)
        self.assertEqual(bound(text, "nested 2 ^main$"), 2 * 16 + 16)

    def test_a_branch_to_the_start_of_the_same_function_is_a_loop(self):
        self.assertEqual(bound("function main\n cbz r0, 1f\n b.w main\n 1: bx lr"), 0)


class PointerTests(Case):
    """Calls through pointers."""

    TABLE = """
        function small
        push {r4, lr}
        pop {r4, pc}
        function large
        sub sp, #100
        add sp, #100
        bx lr
        function parts_make
        ldr r1, =large
        str r1, [r0]
        bx lr
        .pool
        function run
        push {r4, lr}
        ldr r1, [r0]
        blx r1
        pop {r4, pc}
        function main
        push {r4, lr}
        bl run
        pop {r4, pc}
        """
    RULE = "calls in ^run$\n  {}\n"

    def test_a_call_without_a_rule_is_refused(self):
        with self.fails("no rule says what is called through a pointer in run"):
            bound(self.TABLE, "calls in other\n nothing")

    def test_a_rule_without_targets_is_refused(self):
        with self.fails("no rule"):
            bound(self.TABLE, "calls in run")

    def test_functions_whose_address_is_taken(self):
        self.assertEqual(bound(self.TABLE, self.RULE.format("taken in ^parts_")), 116)

    def test_functions_that_are_named(self):
        self.assertEqual(bound(self.TABLE, self.RULE.format("function ^(small|run_.*)$")), 24)

    def test_functions_of_the_application(self):
        self.assertEqual(bound(self.TABLE, self.RULE.format("outside 500")), 516)

    def test_none(self):
        self.assertEqual(bound(self.TABLE, self.RULE.format("nothing")), 16)

    def test_all_rules_of_a_function_hold(self):
        rules = self.RULE.format("function ^small$\n  outside 10") + \
            "calls in ^ru\n  taken in parts_make\n"
        self.assertEqual(bound(self.TABLE, rules), 116)

    def test_callers_that_follow_one_another_share_targets(self):
        rules = "calls in ^x$\ncalls in ^run$\ncalls in ^y$\n  outside 40\ncalls in ^z$\n  nothing"
        self.assertEqual(bound(self.TABLE, rules), 56)

    def test_a_pattern_that_matches_nothing_is_refused(self):
        for target in ["taken in ^part_", "function ^smal$", "taken in ^small$"]:
            with self.subTest(target), self.fails("txt:1: no function"):
                bound(self.TABLE, self.RULE.format(target))

    def test_functions_that_the_program_does_not_have_do_not_count(self):
        rules = self.RULE.format("taken in ^parts_")
        self.assertEqual(bound(self.TABLE, rules, roots=["main"]), 16)
        self.assertEqual(bound(self.TABLE, rules, roots=["main", "parts_make"]), 116)

    def test_recursion_through_a_pointer_is_refused(self):
        with self.fails("recursion:\n  main\n  run\n  main\n"):
            bound(self.TABLE, self.RULE.format("function ^main$"))

    def test_addresses_in_constants(self):
        text = self.TABLE + """
            function parts_all
            ldr r0, =table
            bx lr
            .pool
            .section .rodata
            .word small
            .global table, more
            .type table, %object
            table: .word more
            .size table, 4
            .type more, %object
            more: .word large
            .size more, 4"""
        result = bounds(text)
        taken = result.program.functions[result.program.globals["parts_all"]].taken
        self.assertEqual({result.program.label(key) for key in taken}, {"large"})

    def test_a_call_through_a_known_pointer_needs_no_rule(self):
        text = self.TABLE.split("function run")[0] + """
            function main
            push {r4, lr}
            ldr r4, =large
            mov r5, r0
            bl small
            blx r4
            pop {r4, pc}
            .pool"""
        self.assertEqual(bound(text), 108)

    def test_a_known_pointer_relative_to_the_code(self):
        text = self.TABLE.split("function run")[0] + """
            function main
            push {r4, lr}
            ldr r4, 2f
            1: add r4, pc
            blx r4
            pop {r4, pc}
            .align 2
            2: .word large - (1b + 4)"""
        self.assertEqual(bound(text), 108)

    def test_two_known_pointers(self):
        text = self.TABLE.split("function run")[0] + """
            function main
            push {r4, lr}
            ldr r4, =small
            cbz r0, 1f
            ldr r4, =large
            1: blx r4
            pop {r4, pc}
            .pool"""
        self.assertEqual(bound(text), 108)

    def test_a_pointer_that_is_known_on_one_path_only_needs_a_rule(self):
        text = self.TABLE.split("function run")[0] + """
            function main
            push {r4, lr}
            ldr r4, =small
            cbz r0, 1f
            ldr r4, [r0]
            1: blx r4
            pop {r4, pc}
            .pool"""
        with self.fails("no rule"):
            bound(text)

    def test_a_tail_call_through_a_pointer(self):
        text = self.TABLE.split("function run")[0] + """
            function main
            push {r4, lr}
            ldr r3, [r0]
            pop {r4, lr}
            bx r3"""
        with self.fails("no rule"):
            bound(text)
        self.assertEqual(bound(text, "calls in main\n  taken in parts_make"), 100)

    def test_an_outlined_function_follows_the_rules_of_its_callers(self):
        text = self.TABLE.replace("function run", "function OUTLINED_FUNCTION_3").replace(
            "bl run", "bl OUTLINED_FUNCTION_3")
        self.assertEqual(bound(text, "calls in ^main$\n  taken in parts_make"), 116)

    def test_a_pointer_to_a_function_that_moves_the_stack_is_refused(self):
        with self.fails("does not return with the stack as it was"):
            bound(self.TABLE.replace("add sp, #100", "nop"), self.RULE.format("taken in ^parts_"))

    def test_swift_names_match_either_way(self):
        name = "$e5BayNN5table6UInt32VF"
        self.assertEqual(stack.demangle({"main"}), {"main": "main"})
        self.assertEqual(set(stack.demangle({name, "main"})), {name, "main"})
        name = "$e9BayNNCore10FixedPointO11exponential7negateds6UInt32VAG_tFZ"
        self.assertEqual(stack.demangle({name})[name],
                         "static FixedPoint.exponential(negated:)")


class RuleTests(Case):
    def test_comments_are_whole_lines(self):
        rules = read_rules("# one\n  # two\ncalls in closure #1 in f\n  outside 1\n\n")
        self.assertEqual([r.caller.pattern for r in rules.rules], ["closure #1 in f"])

    def test_what_is_no_rule_is_refused(self):
        for text in ["call in x", "calls in (", "helper x", "helper x y", "  nothing",
                     "calls in x\n  outside", "calls in x\n  takes in y", "nested x y"]:
            with self.subTest(text), self.fails("not a rule"):
                read_rules(text)


class ToolTests(Case):
    def call(self, text: str, *options: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "test.o").write_bytes(assemble(text).data)
            (path / "abi.txt").write_text("# names\nmain\nother\n")
            (path / "rules.txt").write_text("helper memcpy 32\n")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                self.status = stack.run([*options, "--abi", str(path / "abi.txt"), "--rules",
                                         str(path / "rules.txt"), str(path / "test.o")])
            return output.getvalue()

    TEXT = """function main
        push {r4, lr}
        bl other
        pop {r4, pc}
        function other
        push {lr}
        bl memcpy
        pop {pc}
        """

    def test_lines(self):
        self.assertEqual(self.call(self.TEXT, "--prefix", "m4:"),
                         "m4:stack:main 44\nm4:stack:other 36\n")

    def test_without(self):
        self.assertEqual(self.call(self.TEXT, "--without", "^main$"), "stack:other 36\n")

    def test_path(self):
        self.assertEqual([line.split() for line in self.call(self.TEXT, "--path", "main")
                          .splitlines()],
                         [["8", "8", "main"], ["12", "4", "other"], ["44", "32", "memcpy"]])

    def test_top(self):
        self.assertEqual(self.call(self.TEXT, "--top", "1").split(), ["8", "main"])

    def test_a_bound_below_what_was_measured_is_an_error(self):
        self.call(self.TEXT, "--at-least", "main=44")
        with self.fails("main was measured to need 45 bytes, more than its bound of 44"):
            self.call(self.TEXT, "--at-least", "main=45")
        for option in ["main=", "none=1"]:
            with self.subTest(option), self.fails("no such figure"):
                self.call(self.TEXT, "--at-least", option)

    def test_a_missing_public_function_is_an_error(self):
        with self.fails("not in the object: other"):
            self.call("function main\n bx lr")

    def test_check_of_functions_from_outside(self):
        for size, status in [(32, 0), (40, 1)]:
            with self.subTest(size), tempfile.TemporaryDirectory() as folder:
                object_, archive = pathlib.Path(folder) / "memcpy.o", pathlib.Path(folder) / "c.a"
                object_.write_bytes(assemble(f"function memcpy\n sub sp, #{size}\n "
                                             f"add sp, #{size}\n bx lr").data)
                subprocess.run(["arm-none-eabi-ar", "rcs", archive, object_], check=True)
                errors = io.StringIO()
                with contextlib.redirect_stderr(errors):
                    output = self.call(self.TEXT, "--check-helpers", str(archive))
                self.assertEqual(output, f"helper:memcpy {size} <= 32\n")
                self.assertEqual(self.status, status)

    def test_other_files_are_refused(self):
        with self.assertRaisesRegex(elf.ElfError, "not an ELF file"):
            elf.Object(b"text", "name")
        data = bytearray(assemble("function main\n bx lr").data)
        data[16] = 2
        with self.assertRaisesRegex(elf.ElfError, "not a relocatable object"):
            elf.Object(bytes(data), "name")


if __name__ == "__main__":
    unittest.main()
