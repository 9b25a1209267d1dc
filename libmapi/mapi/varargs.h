/* SPDX-License-Identifier: MIT */
/*
 * mapi_apply_function() takes what its function asks for, and C does not tell a
 * variadic function what it was given. These macros do: 4 bits per argument
 * behind the function's name, least significant first, 0 where there is none.
 * So a forgotten argument is noticed, and an int given for a 64-bit argument,
 * or the other way round, is read as what it is.
 *
 * No argument is evaluated more than once. Without variadic macros (-std=c90)
 * the functions themselves are called, and nothing is noticed.
 */
#ifndef MAPI_VARARGS_H
#define MAPI_VARARGS_H

/* What old dialects lack is no news to their compilers: no warnings from here. */
#ifdef __GNUC__
#pragma GCC system_header
#endif

#define MAPI_ARG_NONE		0	/* no argument */
#define MAPI_ARG_INT		4	/* integer of at most 4 bytes */
#define MAPI_ARG_LONG		8	/* integer (or pointer) of 8 bytes */
#define MAPI_ARG_POINTER	9
#define MAPI_ARG_FLOAT		10	/* with a fraction: always wrong */
#define MAPI_ARG_OTHER		15	/* anything else: always wrong */

/* What stands for an argument that is not there: nothing else has its size. */
struct mapi_no_arg {
	char size[4099];
};

#if defined(__cplusplus)

/* mapi_arg_classify() is only ever an operand of sizeof: it does not exist. */
extern "C++" {
template <int code> struct mapi_arg_code {
	char size[code ? code : 16];
};
template <class T> struct mapi_arg_type {
	enum { code = sizeof(T) <= 4 ? MAPI_ARG_INT :
		      sizeof(T) == 8 ? MAPI_ARG_LONG : MAPI_ARG_OTHER };
};
template <class T> struct mapi_arg_type<T *> {
	enum { code = MAPI_ARG_POINTER };
};
template <> struct mapi_arg_type<float> { enum { code = MAPI_ARG_FLOAT }; };
template <> struct mapi_arg_type<double> { enum { code = MAPI_ARG_FLOAT }; };
template <> struct mapi_arg_type<long double> {
	enum { code = MAPI_ARG_FLOAT };
};
template <> struct mapi_arg_type<mapi_no_arg> {
	enum { code = MAPI_ARG_NONE };
};
template <class T> mapi_arg_code<mapi_arg_type<T>::code> mapi_arg_classify(T);
#if __cplusplus < 201103L
/* Types without a name, which could not be T then. */
mapi_arg_code<MAPI_ARG_INT> mapi_arg_classify(int);
#endif
}

#define MAPI_ARG_CODE(a)	(sizeof(mapi_arg_classify(a)) & 15)
#define MAPI_NO_ARG	mapi_no_arg()

#else /* C */

#ifdef __GNUC__
#define MAPI_ARG_CLASS(a)	__builtin_classify_type(a)
#else
#define MAPI_ARG_CLASS(a)	1
#endif

/* As an operand of ?: an array becomes the pointer that will be passed. */
#define MAPI_ARG_SIZE(a)	sizeof(1 ? (a) : (a))
#define MAPI_ARG_CODE(a) \
	(MAPI_ARG_SIZE(a) == sizeof(struct mapi_no_arg) ? MAPI_ARG_NONE : \
	 MAPI_ARG_CLASS(a) == 5 ? MAPI_ARG_POINTER : \
	 MAPI_ARG_CLASS(a) == 8 ? MAPI_ARG_FLOAT : \
	 MAPI_ARG_SIZE(a) <= 4 ? MAPI_ARG_INT : \
	 MAPI_ARG_SIZE(a) == 8 ? MAPI_ARG_LONG : MAPI_ARG_OTHER)
#define MAPI_NO_ARG		(*(struct mapi_no_arg *)0)

#endif

#define MAPI_ARG_AT(a, n)	((mapi_sig_t)MAPI_ARG_CODE(a) << 4 * (n))
#define MAPI_SIGNATURE_OF(name, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, \
			  a11, a12, a13, a14, ...) \
	(MAPI_ARG_AT(a0, 0) | MAPI_ARG_AT(a1, 1) | MAPI_ARG_AT(a2, 2) | \
	 MAPI_ARG_AT(a3, 3) | MAPI_ARG_AT(a4, 4) | MAPI_ARG_AT(a5, 5) | \
	 MAPI_ARG_AT(a6, 6) | MAPI_ARG_AT(a7, 7) | MAPI_ARG_AT(a8, 8) | \
	 MAPI_ARG_AT(a9, 9) | MAPI_ARG_AT(a10, 10) | MAPI_ARG_AT(a11, 11) | \
	 MAPI_ARG_AT(a12, 12) | MAPI_ARG_AT(a13, 13) | MAPI_ARG_AT(a14, 14))

/* Of what stands behind the flow: the function's name and its arguments. */
#define MAPI_SIGNATURE(...) \
	MAPI_SIGNATURE_OF(__VA_ARGS__, MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, \
			  MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, \
			  MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, \
			  MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, MAPI_NO_ARG, 0)

#define mapi_apply_function(fd, ...) \
	mapi_apply_function_sig(fd, MAPI_SIGNATURE(__VA_ARGS__), __VA_ARGS__)

/*
 * mapi_read_results() with a third argument copies the result there, as much as
 * fits: into an int its low 32 bits. A char or void pointer takes it all.
 */
#if defined(__cplusplus)

extern "C++" {
inline int mapi_read_results(int fd, int fid, void *val)
{
	return mapi_read_results_copy(fd, fid, val, 1);
}

template <class T> inline int mapi_read_results(int fd, int fid, T *val)
{
	return mapi_read_results_copy(fd, fid, val, sizeof(*val));
}
}

#else /* C */

#define MAPI_READ_OWN(fd, fid)		(mapi_read_results)(fd, fid)
#define MAPI_READ_COPY(fd, fid, val) \
	mapi_read_results_copy(fd, fid, val, sizeof(*(val)))
#define MAPI_READ_FORM(fd, fid, val, form, ...)	form
#define mapi_read_results(...) \
	MAPI_READ_FORM(__VA_ARGS__, MAPI_READ_COPY, MAPI_READ_OWN, 0)(__VA_ARGS__)

#endif

/* The name on older slides. */
#define mapi_read_result mapi_read_results

#endif
