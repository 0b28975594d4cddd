/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L /* isatty, nl_langinfo */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

terminal_t terminal_detect(void) {
    setlocale(LC_CTYPE, "");
    const char *no_colour = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    const bool dumb = kind == NULL || strcmp(kind, "dumb") == 0;
    return (terminal_t){
        .unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .colour = isatty(STDOUT_FILENO) && !dumb && (no_colour == NULL || *no_colour == '\0'),
    };
}

void terminal_text(const terminal_t *terminal, ink_t ink, const char *text) {
    static const char *const codes[] = {
        [INK_DIM] = "2",    [INK_BOLD] = "1",      [INK_GOOD] = "1;32",
        [INK_BAD] = "1;31", [INK_UNSURE] = "1;33", [INK_BAR] = "36",
    };
    if (terminal->colour && ink != INK_PLAIN) {
        printf("\033[%sm%s\033[0m", codes[ink], text);
    } else {
        fputs(text, stdout);
    }
}

void terminal_pixel(const terminal_t *terminal, uint8_t level) {
    static const char *const blocks[] = {"  ", "░░", "▒▒", "▓▓", "██"};
    static const char ascii[] = " .:-=+*#%@";
    if (terminal->colour) {
        /* Greys of the 256-colour palette: 232 is the darkest of 24. */
        printf("\033[48;5;%dm  \033[0m", 233 + level * 22 / 16);
    } else if (terminal->unicode) {
        fputs(blocks[(level * 4 + 8) / 16], stdout);
    } else {
        const char character = ascii[(level * 9 + 8) / 16];
        printf("%c%c", character, character);
    }
}

int terminal_bar(const terminal_t *terminal, ink_t ink, uint32_t share_q31, unsigned width) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const unsigned steps = terminal->unicode ? 8 : 1;
    /* Rounded to nearest; width is small, so the product fits 64 bits by far. */
    const unsigned length = (unsigned)(((uint64_t)share_q31 * width * steps + (1u << 30)) >> 31);
    char text[256] = "";
    for (unsigned i = 0; i < length / steps && i < width; i += 1) {
        strcat(text, terminal->unicode ? "█" : "#");
    }
    strcat(text, terminal->unicode ? eighths[length % steps] : "");
    terminal_text(terminal, ink, text);
    return (int)((length + steps - 1) / steps);
}
