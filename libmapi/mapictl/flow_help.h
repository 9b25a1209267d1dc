/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAPICTL_FLOW_HELP_H
#define MAPICTL_FLOW_HELP_H

extern const char flow_help[];

#endif
