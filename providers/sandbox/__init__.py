"""The offline model `sandbox:template`. It is not AI.

It arranges what a brief says into a page the way an editor would: it reads the brief's Markdown into topics and
sentences, gives each to one section, and joins them with a few phrases of the page's language. It states nothing the
brief does not state, costs nothing, needs no network, and answers the same task with the same bytes.
"""
