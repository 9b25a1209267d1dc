/* SPDX-License-Identifier: MIT */
/*
 * What the macro mapi_apply_function() says about its arguments. In C and C++
 * of all kinds the same source must say the same.
 */
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>

static int line_of_failure;

static void expect(int line, mapi_sig_t got, mapi_sig_t want)
{
	if (got == want)
		return;
	printf("line %d: %lx, not %lx\n", line, (unsigned long)got,
	       (unsigned long)want);
	line_of_failure = line;
}

#define N	"NAME"
#define IS(want)	__LINE__, sig, want

enum named { RED };

int main(void)
{
	enum { NO_NAME } anonymous = NO_NAME;
	enum named colour = RED;
	mapi_u64_t u64 = 0;
	unsigned char bytes[7] = { 0 };
	const char *text = "x";
	volatile char ch = 'c';
	const int constant = 3;
	int i = 0;
	mapi_sig_t sig;

	sig = MAPI_SIGNATURE(N);
	expect(IS(0));
	sig = MAPI_SIGNATURE(N, 1);
	expect(IS(0x4));
	sig = MAPI_SIGNATURE(N, "abc", 100, 300);
	expect(IS(0x449));
	sig = MAPI_SIGNATURE(N, 0, "f", 0L);
	expect(IS(0x894));
	sig = MAPI_SIGNATURE(N, ch, 'c', constant, anonymous, colour, 1 == 1);
	expect(IS(0x444444));
	sig = MAPI_SIGNATURE(N, bytes, &bytes, &i, text, text + 1, (void *)0);
	expect(IS(0x999999));
	sig = MAPI_SIGNATURE(N, i ? "a" : "bcd", u64, 1UL, -1L, (char)1);
	expect(IS(0x48889));
	sig = MAPI_SIGNATURE(N, 1.5, 1.5f);
	expect(IS(0xaa));
	sig = MAPI_SIGNATURE(N, i++, getenv("x"), (i++, 1));
	expect(IS(0x494));
	expect(__LINE__, i, 0);		/* nothing is evaluated */
	sig = MAPI_SIGNATURE(N, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
			     15L);
	expect(__LINE__, sig >> 32, 0x8444444UL);
	expect(__LINE__, sig & 0xffffffff, 0x44444444UL);
	return line_of_failure;
}
