// SPDX-License-Identifier: MIT
/* What error numbers mean. */
#include <stddef.h>

#include "mapi.h"

static const struct {
	int code;
	const char *text;
} errors[] = {
	{ 0, "No error" },
	{ PCAP_BPF_ERR, "The filter expression cannot be compiled" },
	{ PCAP_OPEN_ERR, "The device cannot be opened" },
	{ PCAP_OPEN_DEAD_ERR, "libpcap cannot be initialised" },
	{ NICDRV_PTHR_ERR, "The network interface cannot be read" },
	{ DAGDRV_PTHR_ERR, "The DAG card cannot be read" },
	{ MCOM_INIT_SOCKET_ERROR, "The mapi kernel module cannot be reached" },
	{ MCOM_SOCKET_ERROR, "Communication with the kernel failed" },
	{ MCOM_UNKNOWN_ERROR, "Unknown error" },
	{ MCOM_ERROR_ACK, "The kernel refused the request" },
	{ MDLIB_FLOW_ALREADY_ACTIVE, "The flow is connected already" },
	{ MDLIB_SHM_ERR, "The kernel has no memory for results" },
	{ MDLIB_SEM_ERR, "The kernel cannot wake up readers" },
	{ MDLIB_INVALID_FLID, "No such flow" },
	{ MDLIB_INVALID_FUNCID, "No such function in the flow" },
	{ MDLIB_FUNCTION_NOT_FOUND, "No such function" },
	{ MDLIB_STRSEARCH_DEPTH_LESS_THAN_PTRN_ERR,
	  "The range to search is shorter than the string" },
	{ MDLIB_STRSEARCH_UNTERMINATED_PIPE_ERR,
	  "The second | of hexadecimal bytes is missing" },
	{ MDLIB_STRSEARCH_NOT_A_VALID_SEARCH_STRING,
	  "Not a valid search string" },
	{ MAPID_NO_DRIVER, "No such device" },
	{ MAPID_NO_DEVICE, "No such device" },
	{ MAPID_MEM_ALLOCATION_ERROR, "Out of memory" },
	{ MAPI_INIT_ERROR, "No such flow has been created" },
	{ MAPI_LIBRARY_LOAD_ERR, "No such library of functions" },
	{ MAPI_FLOW_NOT_CONNECTED, "The flow is not connected" },
	{ MAPI_FUNCTION_NOT_FOUND, "No such function" },
	{ MAPI_INVALID_FLOW, "No such flow" },
	{ MAPI_DEVICE_INFO_ERR, "No such device" },
	{ MAPI_INVALID_FID_FUNCID, "No such function in the flow" },
	{ MAPI_SHM_ERR, "Memory cannot be shared with the kernel" },
	{ MAPI_FLOW_INFO_ERR, "No such flow" },
	{ MAPI_FUNCTION_INFO_ERR, "No such function in the flow" },
	{ MAPI_SEM_ERR, "Waiting was interrupted" },
	{ MAPI_ERROR_SEND_FD, "A descriptor cannot be passed to the kernel" },
	{ MAPI_STATS_ERROR, "The device is not being monitored" },
	{ MAPI_SHUTTING_DOWN, "The flow was ended by an administrator" },
	{ MAPI_ERROR_FILE, "The file cannot be opened" },
	{ MAPI_NOT_SUPPORTED, "Not supported" },
	{ MAPI_PERMISSION_DENIED, "Permission denied" },
	{ MAPI_LIMIT_REACHED, "A limit of the user is reached" },
	{ MAPI_DEVICE_GONE, "The device is gone" },
	{ MFUNCT_INVALID_ARGUMENT, "Invalid argument" },
	{ MFUNCT_INVALID_ARGUMENT_1, "Invalid first argument" },
	{ MFUNCT_INVALID_ARGUMENT_2, "Invalid second argument" },
	{ MFUNCT_INVALID_ARGUMENT_3, "Invalid third argument" },
	{ MFUNCT_INVALID_ARGUMENT_4, "Invalid fourth argument" },
	{ MFUNCT_INVALID_ARGUMENT_5, "Invalid fifth argument" },
	{ MFUNCT_INVALID_ARGUMENT_6, "Invalid sixth argument" },
	{ MFUNCT_COULD_NOT_APPLY_FUNCT, "The function cannot be applied" },
	{ MFUNCT_COULD_NOT_INIT_FUNCT, "The function cannot be started" },
	{ MFUNCT_INVALID_ARGUMENT_DESCRIPTOR,
	  "The function describes its arguments wrongly" },
	{ MFUNCT_SEM_ERROR, "The function cannot wake up readers" },
};

const char *mapi_strerror(int err_no)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i].code == err_no)
			return errors[i].text;
	return "Unknown error";
}
