" Scripts, and the transcripts of a bot's folder tests.
autocmd BufNewFile,BufRead *.bas,*.gbdialog/*.vbs set filetype=basilect
autocmd BufNewFile,BufRead */tests/*.chat set filetype=basilect-transcript
