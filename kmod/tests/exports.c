// SPDX-License-Identifier: GPL-2.0
/*
 * What mapi.ko shows mapi_kunit.ko besides what function modules see. Part of it
 * on kernels with KUnit only.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include "../classes.h"
#include "../core.h"
#include "../key.h"
#include "../plan.h"

EXPORT_SYMBOL_IF_KUNIT(mapi_mutex);

EXPORT_SYMBOL_IF_KUNIT(mapi_oid_valid);
EXPORT_SYMBOL_IF_KUNIT(mapi_oid_match);

EXPORT_SYMBOL_IF_KUNIT(mapi_args_parse);
EXPORT_SYMBOL_IF_KUNIT(mapi_args_size);
EXPORT_SYMBOL_IF_KUNIT(mapi_args_key);
EXPORT_SYMBOL_IF_KUNIT(mapi_args_free);
EXPORT_SYMBOL_IF_KUNIT(mapi_args_put);

EXPORT_SYMBOL_IF_KUNIT(mapi_user_get);
EXPORT_SYMBOL_IF_KUNIT(mapi_user_put);

EXPORT_SYMBOL_IF_KUNIT(mapi_key_other);

EXPORT_SYMBOL_IF_KUNIT(mapi_class_hash_more);
EXPORT_SYMBOL_IF_KUNIT(mapi_classes_reserve);
EXPORT_SYMBOL_IF_KUNIT(mapi_classes_add);
EXPORT_SYMBOL_IF_KUNIT(mapi_classes_del);
EXPORT_SYMBOL_IF_KUNIT(mapi_classes_trim);
EXPORT_SYMBOL_IF_KUNIT(mapi_classes_free);
EXPORT_SYMBOL_IF_KUNIT(mapi_classes_nr);
EXPORT_SYMBOL_IF_KUNIT(mapi_look_next);

EXPORT_SYMBOL_IF_KUNIT(mapi_func_find);
EXPORT_SYMBOL_IF_KUNIT(mapi_flow_new);
EXPORT_SYMBOL_IF_KUNIT(mapi_flow_apply);
EXPORT_SYMBOL_IF_KUNIT(mapi_flow_connect);
EXPORT_SYMBOL_IF_KUNIT(mapi_flow_inst);
EXPORT_SYMBOL_IF_KUNIT(mapi_flow_stop);
EXPORT_SYMBOL_IF_KUNIT(mapi_flow_user_put);
EXPORT_SYMBOL_IF_KUNIT(mapi_result_node);

EXPORT_SYMBOL_IF_KUNIT(mapi_steps_reserve);
EXPORT_SYMBOL_IF_KUNIT(mapi_steps_add);
EXPORT_SYMBOL_IF_KUNIT(mapi_steps_get);
EXPORT_SYMBOL_IF_KUNIT(mapi_steps_del);
EXPORT_SYMBOL_IF_KUNIT(mapi_steps_regroup);
EXPORT_SYMBOL_IF_KUNIT(mapi_steps_free);
