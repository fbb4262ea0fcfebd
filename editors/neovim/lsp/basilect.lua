--- For `vim.lsp.enable('basilect')`, Neovim 0.11 or newer.
return {
  cmd = { 'basilect', 'lsp' },
  filetypes = { 'basilect', 'basilect-transcript' },
  root_dir = function(buffer, found)
    found(require('basilect').root(vim.api.nvim_buf_get_name(buffer)))
  end,
}
