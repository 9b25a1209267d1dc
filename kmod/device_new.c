// SPDX-License-Identifier: GPL-2.0
/*
 * Devices whose packets come from user space: a request makes one, and a descriptor
 * that it is fed through.
 */
#include <linux/anon_inodes.h>
#include <linux/cred.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "core.h"

struct dev_fd {
	struct mapi_dev *dev;
	int fd;
};

static int fill_dev_fd(struct sk_buff *msg, void *arg)
{
	struct dev_fd *d = arg;

	return nla_put_s32(msg, MAPI_A_DEVICE_FD, d->fd) ?:
	       mapi_dev_put_new(msg, d->dev);
}

/* Reply with a descriptor, whose the caller's reference is then. */
static int reply_fd(struct genl_info *info, struct mapi_dev *dev)
{
	struct dev_fd d = { .dev = dev };
	struct file *file;
	int ret;

	d.fd = get_unused_fd_flags(O_CLOEXEC);
	if (d.fd < 0) {
		mapi_dev_put(dev);
		return d.fd;
	}
	file = anon_inode_getfile("[mapi-device]", dev->source->fops, dev,
				  O_WRONLY | O_CLOEXEC);
	if (IS_ERR(file)) {
		put_unused_fd(d.fd);
		mapi_dev_put(dev);
		return PTR_ERR(file);
	}
	ret = mapi_nl_reply(info, MAPI_CMD_DEVICE_NEW, fill_dev_fd, &d);
	if (ret) {
		put_unused_fd(d.fd);
		fput(file);
		return ret;
	}
	fd_install(d.fd, file);
	return 0;
}

/* With a reference to its module. */
static struct mapi_source *source_of(const char *name, struct mapi_errbuf *err)
{
	struct mapi_source *src;

	if (!mapi_name_valid(name))
		return ERR_PTR(mapi_err(err, -EINVAL, MAPI_ERR_NO_DEVICE,
					"not the name of a source"));
	src = mapi_source_find(name);
	if (!src) {
		mutex_unlock(&mapi_mutex);
		request_module("mapi-source-%s", name);
		mutex_lock(&mapi_mutex);
		src = mapi_source_find(name);
	}
	if (src && !src->make)
		return ERR_PTR(mapi_err(err, -EOPNOTSUPP, MAPI_ERR_NO_DEVICE,
					"devices of source %s cannot be made",
					name));
	/* It may be on its way out. */
	if (!src || !try_module_get(src->owner))
		return ERR_PTR(mapi_err(err, -ENOENT, MAPI_ERR_NO_DEVICE,
					"there is no source %s here", name));
	return src;
}

/* What a request wants, checked. */
static int request_want(struct genl_info *info, struct mapi_dev_info *want,
			struct mapi_errbuf *err)
{
	const char *name;

	if (GENL_REQ_ATTR_CHECK(info, MAPI_A_DEVICE_SOURCE) ||
	    GENL_REQ_ATTR_CHECK(info, MAPI_A_DEVICE_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, MAPI_A_DEVICE_LINKTYPE))
		return mapi_err(err, -EINVAL, MAPI_ERR_NO_DEVICE,
				"a source, a name and a link type are wanted");
	name = nla_data(info->attrs[MAPI_A_DEVICE_NAME]);
	if (!mapi_devname_valid(name) || strchr(name, '/'))
		return mapi_err(err, -EINVAL, MAPI_ERR_NO_DEVICE,
				"not the name of a device");
	strscpy(want->name, name, sizeof(want->name));
	want->linktype = nla_get_u32(info->attrs[MAPI_A_DEVICE_LINKTYPE]);
	if (want->linktype > U16_MAX)
		return mapi_err(err, -EINVAL, MAPI_ERR_NO_DEVICE,
				"%u is no link type", want->linktype);
	return 0;
}

/* With a reference; its maker's account is charged. */
static struct mapi_dev *make(struct net *net, struct mapi_source *src,
			     const struct mapi_dev_info *want,
			     struct mapi_errbuf *err)
{
	struct mapi_user *user = mapi_user_get(current_euid());
	struct mapi_dev *dev;
	int ret;

	if (!user)
		return ERR_PTR(-ENOMEM);
	ret = mapi_user_charge(user, src->memory, err);
	if (ret) {
		mapi_user_put(user);
		return ERR_PTR(ret);
	}
	dev = src->make(net, want, err);
	if (IS_ERR(dev)) {
		mapi_user_uncharge(user, src->memory);
		mapi_user_put(user);
		return dev;
	}
	dev->user = user;
	return dev;
}

int mapi_nl_device_new(struct sk_buff *skb, struct genl_info *info)
{
	struct mapi_dev_info want = {};
	struct mapi_errbuf err = {};
	struct mapi_source *src;
	struct mapi_dev *dev;
	int ret;

	if (!netlink_ns_capable(skb, genl_info_net(info)->user_ns, CAP_NET_RAW)) {
		ret = mapi_err(&err, -EPERM, MAPI_ERR_PERMISSION,
			       "making a device needs CAP_NET_RAW");
		goto out;
	}
	ret = request_want(info, &want, &err);
	if (ret)
		goto out;
	mutex_lock(&mapi_mutex);
	src = source_of(nla_data(info->attrs[MAPI_A_DEVICE_SOURCE]), &err);
	ret = PTR_ERR_OR_ZERO(src);
	if (!ret) {
		dev = make(genl_info_net(info), src, &want, &err);
		ret = PTR_ERR_OR_ZERO(dev);
		module_put(src->owner);
	}
	if (!ret)
		ret = reply_fd(info, dev);
	mutex_unlock(&mapi_mutex);
out:
	return mapi_err_report(skb, info, ret, &err, NULL);
}
