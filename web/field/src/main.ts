import '@shared/theme.css'
