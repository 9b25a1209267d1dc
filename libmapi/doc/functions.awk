# SPDX-License-Identifier: MIT
#
# What functions say of themselves, from the comments "DOC:" of funcmods/*.c.
#
#	awk -f functions.awk -v to=man FILE...	sections of mapi-functions(7)
#	awk -f functions.awk -v to=c FILE...	an array for mapictl
#
# In a comment, the first line is the function as it is called. Paragraphs have
# blank lines between them; one that begins with Result, Errors, Cost or Truncated
# packets and a colon is about that; lines that begin with "- " are a list. @word is
# an argument, %WORD a constant, word(3) a page.

function roff(text,	out)
{
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/"/, "\\(dq", text)
	out = ""
	while (match(text, /[@%][A-Za-z_0-9]+|[a-z_\\-]+\([378]\)/)) {
		out = out substr(text, 1, RSTART - 1)
		out = out marked(substr(text, RSTART, RLENGTH))
		text = substr(text, RSTART + RLENGTH)
	}
	text = out text
	return text ~ /^['.]/ ? "\\&" text : text
}

function marked(word,	page)
{
	if (word ~ /^@/)
		return "\\fI" substr(word, 2) "\\fP"
	if (word ~ /^%/)
		return "\\fB" substr(word, 2) "\\fP"
	page = index(word, "(")
	return "\\fB" substr(word, 1, page - 1) "\\fP" substr(word, page)
}

function titled(title, text)
{
	print ".TP"
	print ".B " roff(title)
	return text
}

function man(text)
{
	if (text == "") {
		gap = 1
		return
	}
	if (match(text, /^- [^:]*: /)) {
		text = titled(substr(text, 3, RLENGTH - 4), substr(text, RLENGTH + 1))
	} else if (match(text, /^(Result|Errors|Cost|Truncated packets): /)) {
		text = titled(substr(text, 1, RLENGTH - 2), substr(text, RLENGTH + 1))
	} else if (gap) {
		print ".PP"
	}
	gap = 0
	print roff(text)
}

function c(text)
{
	gsub(/\\/, "&&", text)
	gsub(/"/, "\\\"", text)
	while (match(text, /(^|[^A-Za-z_0-9])[@%][A-Za-z]/))
		text = substr(text, 1, RSTART + RLENGTH - 3) \
		       substr(text, RSTART + RLENGTH - 1)
	print "\t  \"" text "\\n\""
}

function begin(call,	name)
{
	name = call
	sub(/ .*/, "", name)
	gap = 0
	if (to == "c") {
		print "\t{ \"" name "\","
		c(call)
	} else {
		print ".SS " roff(call)
	}
}

/^ \* DOC: / {
	begin(substr($0, 9))
	on = 1
	next
}
on && /^ \*\// {
	if (to == "c")
		print "\t},"
	on = 0
}
on {
	text = substr($0, 4)
	if (to == "c")
		c(text)
	else
		man(text)
}
