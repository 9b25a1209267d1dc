/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Short forms for function modules.
 */
#ifndef _MAPI_FHELP_H
#define _MAPI_FHELP_H

#include <mapi/func.h>

/* Argument specifications. */
#define MAPI_ARG_STR(_name)						\
	{ .type = 's', .name = _name }
#define MAPI_ARG_STR_OPT(_name)						\
	{ .type = 's', .name = _name, .flags = MAPI_ARG_F_OPTIONAL }
#define MAPI_ARG_STR_EXTRA(_name)					\
	{ .type = 's', .name = _name,					\
	  .flags = MAPI_ARG_F_OPTIONAL | MAPI_ARG_F_EXTRA }
#define MAPI_ARG_INT(_name, _min, _max)					\
	{ .type = 'i', .name = _name, .min = _min, .max = _max }
#define MAPI_ARG_INT_OPT(_name, _min, _max, _def)			\
	{ .type = 'i', .name = _name, .min = _min, .max = _max,		\
	  .def = _def, .flags = MAPI_ARG_F_OPTIONAL }
#define MAPI_ARG_INT_EXTRA(_name, _min, _max, _def)			\
	{ .type = 'i', .name = _name, .min = _min, .max = _max,		\
	  .def = _def,							\
	  .flags = MAPI_ARG_F_OPTIONAL | MAPI_ARG_F_EXTRA }

/* Two arguments: a flow, and a function of it. */
#define MAPI_ARGS_REF(_flow, _func)					\
	{ .type = 'r', .name = _flow }, { .type = 'f', .name = _func }

/* Other flows. */
#define MAPI_ARG_FLOWS(_name)						\
	{ .type = 'R', .name = _name }

/* mapi_num - value of argument @n, from 1 */
static inline s64 mapi_num(const struct mapi_inst *inst, u32 n)
{
	return inst->args[n - 1].num;
}

/* mapi_str - string of argument @n, from 1 */
static inline const char *mapi_str(const struct mapi_inst *inst, u32 n)
{
	return inst->args[n - 1].str;
}

/* mapi_ref - what argument @n refers to, from 1: one of type f */
static inline struct mapi_inst *mapi_ref(const struct mapi_inst *inst, u32 n)
{
	return inst->args[n - 1].refs[0];
}

#endif /* _MAPI_FHELP_H */
