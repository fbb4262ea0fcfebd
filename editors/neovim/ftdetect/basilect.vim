" Scripts, and the transcripts of a bot's folder tests.
autocmd BufNewFile,BufRead *.bas set filetype=basilect
autocmd BufNewFile,BufRead */tests/*.chat set filetype=basilect-transcript
